import * as z from 'zod'
import { READING_SCOPES } from '../../../integrators/scopes.ts'
import { EventsAnswer } from '../answers/events.ts'
import type { Group } from '../endpoint.ts'
import { EventsQuery } from './events-query.ts'

const EXAMPLE = {
  pages: { current: 1, total: 1 },
  events: [
    {
      calendar_id: 'cal_Qm9hcmRfbWVldGluZ19hYg',
      event_uid: 'evt_external_aG93IGl0IHJlYWxseSBpcw',
      version: 'zT5pYvG0',
      summary: 'Board meeting',
      description: '',
      start: '2026-11-27T08:00:00Z',
      end: '2026-11-27T09:00:00Z',
      deleted: false,
      created: '2026-11-20T12:00:00Z',
      updated: '2026-11-20T12:00:00Z',
      participation_status: 'accepted',
      attendees: [{ email: 'bo@contoso.example', display_name: 'Bo Lind', status: 'needs_action' }],
      transparency: 'opaque',
      extended_transparency: 'opaque',
      status: 'confirmed',
      categories: [],
      recurring: false,
      event_private: false,
      options: { delete: true, update: true, change_participation_status: false },
    },
  ],
}

export const eventsGroup: Group = {
  name: 'Events',
  description: 'The cached schedule: 42 days back to 201 days ahead, as Microsoft last told it.',
  endpoints: [
    {
      id: 'readEvents',
      method: 'GET',
      path: '/v1/events',
      summary: 'Read events',
      description:
        'Long answers come in pages: follow `pages.next_page` until it is absent. Your own events are left out unless you ask for them.',
      access: { token: READING_SCOPES },
      query: EventsQuery,
      answers: { 200: { means: 'The first page.', body: EventsAnswer, example: EXAMPLE } },
    },
    {
      id: 'readEventsPage',
      method: 'GET',
      path: '/v1/events/pages/{token}',
      summary: 'Read a further page of events',
      description: 'The address is `pages.next_page` of the page before. Whatever else is in the query is ignored.',
      access: { token: [] },
      params: { token: z.string() },
      answers: { 200: { means: 'The page.', body: EventsAnswer } },
    },
  ],
}
