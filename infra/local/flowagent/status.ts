import type { Connection } from './connection.ts'
import type { ConnectionStatus, FirstPull } from './messages.ts'
import type { Profile } from './wire.ts'

/** What Account Settings shows about a connection whose mailbox looks like `profile`. */
export function statusOf(connection: Connection, profile: Profile | undefined): ConnectionStatus {
  const known = { person: connection.person, connectedAt: new Date(connection.connectedAt).toISOString() }
  if (!profile?.profile_connected) return { state: 'reconnect_needed', ...known }
  const sync = profile.profile_sync
  return {
    state: 'connected',
    ...known,
    timeZone: connection.timeZone,
    calendars: calendarsOf(profile),
    events: sync?.events,
    lastChangeAt: sync?.last_change_at,
    firstPull: firstPullOf(profile),
  }
}

const calendarsOf = (profile: Profile): number =>
  profile.profile_sync?.calendars ?? profile.profile_calendars.filter((calendar) => !calendar.calendar_deleted).length

function firstPullOf(profile: Profile): FirstPull | undefined {
  const sync = profile.profile_sync
  const running = profile.profile_initial_sync_required || sync?.state === 'first_pull'
  return running ? { calendarsDone: sync?.calendars_done ?? 0, calendars: calendarsOf(profile) } : undefined
}
