import * as z from 'zod'
import { CALENDAR_SCOPES } from '../../../integrators/scopes.ts'
import { NewCalendarAnswer, NewCalendarBody } from '../../manage/create-calendar.ts'
import { AccountAnswer, CalendarsAnswer, ProfilesAnswer, UserinfoAnswer } from '../../read/identity-shapes.ts'
import { ACCOUNT_GONE, IDEMPOTENCY } from '../answers.ts'
import type { Group } from '../endpoint.ts'

export const identityGroup: Group = {
  name: 'Account',
  description: 'Who is connected, and what is there to be read.',
  endpoints: [
    {
      id: 'readUserinfo',
      method: 'GET',
      path: '/v1/userinfo',
      summary: 'Read who it is, with profiles and calendars',
      description:
        '`profile_sync` tells how far the first reading of the mailbox is. Where `profile_connected` is false, Microsoft no longer lets us in: the person puts that right at `profile_relink_url`.',
      access: { token: [] },
      answers: { 200: { means: 'The person.', body: UserinfoAnswer }, 404: ACCOUNT_GONE },
    },
    {
      id: 'readAccount',
      method: 'GET',
      path: '/v1/account',
      summary: 'Read the account',
      access: { token: [] },
      answers: { 200: { means: 'The account.', body: AccountAnswer }, 404: ACCOUNT_GONE },
    },
    {
      id: 'readProfiles',
      method: 'GET',
      path: '/v1/profiles',
      summary: 'List the connected profiles',
      description:
        'Where `profile_connected` is false, the person connects again at `profile_relink_url`; what was read before is told meanwhile.',
      access: { token: [] },
      answers: { 200: { means: 'The profiles.', body: ProfilesAnswer }, 404: ACCOUNT_GONE },
    },
    {
      id: 'readCalendars',
      method: 'GET',
      path: '/v1/calendars',
      summary: 'List the calendars',
      description: 'Deleted calendars stay in the list. `calendar_sync` tells how current each one is.',
      access: { token: [...new Set(CALENDAR_SCOPES)] },
      answers: { 200: { means: 'The calendars.', body: CalendarsAnswer }, 404: ACCOUNT_GONE },
    },
    {
      id: 'createCalendar',
      method: 'POST',
      path: '/v1/calendars',
      summary: 'Create a calendar',
      access: { token: ['create_calendar'] },
      headers: IDEMPOTENCY,
      body: { schema: NewCalendarBody, example: { profile_id: 'pro_3sVY0kZqT1mYc8wWn2xLzA', name: 'Projects' } },
      answers: { 200: { means: 'The calendar.', body: NewCalendarAnswer }, 404: ACCOUNT_GONE },
    },
    {
      id: 'revokeProfile',
      method: 'POST',
      path: '/v1/profiles/{profile_id}/revoke',
      summary: 'Let go of a profile',
      description: 'Ends all that the person has granted you. A body has no meaning.',
      access: { token: [] },
      params: { profile_id: z.string().meta({ examples: ['pro_3sVY0kZqT1mYc8wWn2xLzA'] }) },
      answers: { 202: { means: 'It is revoked.' } },
    },
  ],
}
