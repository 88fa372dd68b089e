import { statusOf } from '../../channels/channel.ts'
import { toIsoSeconds } from '../../core/time.ts'
import { type Grant, mayChangeAllIn } from '../../integrators/grant.ts'
import type { Reconnection } from '../../integrators/reconnect-links.ts'
import { CALENDAR_SCOPES } from '../../integrators/scopes.ts'
import { isNotified } from '../../pull/due.ts'
import { firstPullDone } from '../../pull/first-pull.ts'
import type { CalendarState } from '../../pull/state.ts'
import type { AccountState, Accounts } from '../../storage/accounts/accounts.ts'
import { hasScope, requireScope } from '../bearer.ts'
import { calendarIdOf, profileIdOf } from '../change/ids.ts'
import type {
  AccountAnswer,
  Calendar,
  CalendarsAnswer,
  Profile,
  ProfilesAnswer,
  UserinfoAnswer,
  UserinfoProfile,
} from './identity-shapes.ts'
import { stateOrNotFound } from './schedule.ts'

const PROVIDER = { provider_name: 'exchange', provider_service: 'office365' }

export interface IdentityDependencies {
  readonly accounts: Accounts
  /** Where the person of an integrator's account connects it again. */
  readonly reconnectUrl: (reconnection: Reconnection) => string
}

/** `GET /v1/account`, with any scope: who it is, the integrator has been told with its tokens. */
export async function readAccount(dependencies: IdentityDependencies, grant: Grant): Promise<AccountAnswer> {
  const { head } = await stateOrNotFound(dependencies.accounts, grant.accountId)
  return {
    account: {
      account_id: grant.accountId,
      email: head.username,
      name: head.name,
      scope: grant.scopes.join(' '),
      default_tzid: head.zone ?? 'Etc/UTC',
    },
  }
}

/** `GET /v1/userinfo`, with any scope: who it is, what is connected, and how far the first pull is. */
export async function readUserinfo(dependencies: IdentityDependencies, grant: Grant): Promise<UserinfoAnswer> {
  const state = await stateOrNotFound(dependencies.accounts, grant.accountId)
  return {
    sub: grant.accountId,
    email: state.head.username,
    name: state.head.name,
    zoneinfo: state.head.zone ?? 'Etc/UTC',
    'cronofy.type': 'account',
    'cronofy.data': {
      authorization: { scope: grant.scopes.join(' '), status: 'active' },
      profiles: [
        {
          ...PROVIDER,
          provider_protocol: 'graph_api',
          ...wireProfile(dependencies, grant, state),
          profile_sync: progressOf(state),
          profile_calendars: hasScope(grant, ...CALENDAR_SCOPES)
            ? state.calendars.map((calendar) => wireCalendar(calendar, grant))
            : [],
        },
      ],
      conferencing_profiles: [],
      channels: channelsOf(state, grant),
    },
  }
}

/** `GET /v1/profiles`, with any scope. */
export async function readProfiles(dependencies: IdentityDependencies, grant: Grant): Promise<ProfilesAnswer> {
  const state = await stateOrNotFound(dependencies.accounts, grant.accountId)
  return { profiles: [{ ...PROVIDER, ...wireProfile(dependencies, grant, state) }] }
}

/** `GET /v1/calendars`, deleted ones included. @throws SyncError `SCOPE_MISSING` when only free and busy was granted. */
export async function readCalendars(dependencies: IdentityDependencies, grant: Grant): Promise<CalendarsAnswer> {
  requireScope(grant, ...CALENDAR_SCOPES)
  const state = await stateOrNotFound(dependencies.accounts, grant.accountId)
  return { calendars: state.calendars.map((calendar) => wireListed(calendar, grant, state.head.username)) }
}

/** A calendar with the profile it belongs to. */
export const wireListed = (
  calendar: CalendarState,
  grant: Grant,
  username: string,
): CalendarsAnswer['calendars'][number] => ({
  ...PROVIDER,
  profile_id: profileIdOf(grant.accountId),
  profile_name: username,
  ...wireCalendar(calendar, grant),
})

function wireProfile(
  { reconnectUrl }: IdentityDependencies,
  { accountId: account, clientId }: Grant,
  { head, calendars }: AccountState,
): Omit<Profile, keyof typeof PROVIDER> {
  const connected = head.state === 'active'
  return {
    profile_id: profileIdOf(account),
    profile_name: head.username,
    profile_connected: connected,
    ...(!connected && { profile_relink_url: reconnectUrl({ account, clientId }) }),
    profile_initial_sync_required: !firstPullDone(head, calendars),
    profile_connected_at: toIsoSeconds(head.connectedAt),
  }
}

/** Our own addition: how many of the integrator's channels are in which state. `GET /v1/channels` tells which and why. */
function channelsOf({ channels }: AccountState, { clientId }: Grant) {
  const own = channels.filter(({ integrator }) => integrator === clientId).map(statusOf)
  const count = (status: string) => own.filter((one) => one === status).length
  return { active: count('active'), failing: count('failing'), closed: count('closed') }
}

/** Our own addition, which clients that do not know it ignore. */
function progressOf({ head, calendars }: AccountState): UserinfoProfile['profile_sync'] {
  const present = calendars.filter(({ deleted }) => !deleted)
  return {
    state: firstPullDone(head, calendars) ? 'current' : 'first_pull',
    events: present.reduce((sum, { events }) => sum + events, 0),
    calendars: present.length,
    calendars_done: present.filter(({ pulledAt }) => pulledAt !== undefined).length,
    ...(head.lastChangeAt !== undefined && { last_change_at: toIsoSeconds(head.lastChangeAt) }),
  }
}

const wireCalendar = (calendar: CalendarState, grant: Grant): Calendar => ({
  calendar_id: calendarIdOf(calendar.key),
  calendar_name: calendar.name,
  ...(calendar.color && { calendar_color: calendar.color }),
  calendar_readonly: !calendar.writable,
  calendar_deleted: calendar.deleted,
  calendar_primary: calendar.primary,
  calendar_integrated_conferencing_available: calendar.onlineMeetings,
  calendar_attachments_available: false,
  permission_level: mayChangeAllIn(grant, calendar.key) ? 'unrestricted' : 'sandbox',
  calendar_sync: {
    mode: isNotified(calendar) ? 'notified' : 'polled',
    ...(calendar.pulledAt !== undefined && { pulled_at: toIsoSeconds(calendar.pulledAt) }),
    ...(calendar.heardAt !== undefined && { notified_at: toIsoSeconds(calendar.heardAt) }),
    ...(calendar.subscription !== undefined && {
      subscribed_until: toIsoSeconds(calendar.subscription.expiresAt),
    }),
  },
})
