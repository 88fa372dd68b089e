import { FREE_BUSY_SCOPES } from '../../../integrators/scopes.ts'
import { AvailabilityAnswer, AvailabilityBody } from '../../availability/request.ts'
import type { Group } from '../endpoint.ts'

export const availabilityGroup: Group = {
  name: 'Availability',
  description: 'When people can meet.',
  endpoints: [
    {
      id: 'findAvailability',
      method: 'POST',
      path: '/v1/availability',
      summary: 'Find times for a meeting',
      description: 'One of your own secrets may be sent in place of an access token.',
      access: { token: FREE_BUSY_SCOPES },
      body: {
        schema: AvailabilityBody,
        example: {
          participants: [{ members: [{ sub: 'acc_3sVY0kZqT1mYc8wWn2xLzA' }], required: 'all' }],
          required_duration: { minutes: 60 },
          query_periods: [{ start: '2026-11-27T08:00:00Z', end: '2026-11-27T16:00:00Z' }],
        },
      },
      answers: { 200: { means: 'The times, earliest first.', body: AvailabilityAnswer } },
    },
  ],
}
