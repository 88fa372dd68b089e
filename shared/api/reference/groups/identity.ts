import { Failure } from '../answers/failures.ts'
import { AccountAnswer, CalendarsAnswer, ProfilesAnswer, UserinfoAnswer } from '../answers/identity.ts'
import type { Answer, Group } from '../endpoint.ts'

const ACCOUNT_GONE: Answer = { means: 'The account is gone.', body: Failure }

export const identityGroup: Group = {
  name: 'Account',
  description: 'Who is connected, and what is there to be read.',
  endpoints: [
    {
      id: 'readUserinfo',
      method: 'GET',
      path: '/v1/userinfo',
      summary: 'Read who it is, with profiles and calendars',
      description: '`profile_sync` tells how far the first reading of the mailbox is.',
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
      access: { token: [] },
      answers: { 200: { means: 'The profiles.', body: ProfilesAnswer }, 404: ACCOUNT_GONE },
    },
    {
      id: 'readCalendars',
      method: 'GET',
      path: '/v1/calendars',
      summary: 'List the calendars',
      description: 'Deleted calendars stay in the list. `calendar_sync` tells how current each one is.',
      access: { token: [] },
      answers: { 200: { means: 'The calendars.', body: CalendarsAnswer }, 404: ACCOUNT_GONE },
    },
  ],
}
