import { isFailure, SyncError } from '../core/errors.ts'
import type { Clock } from '../core/time.ts'
import type { Mailbox, ProviderCalendar } from './ports.ts'
import { withoutCursor } from './round.ts'
import type { AccountSession } from './session.ts'
import type { CalendarState } from './state.ts'

/** Reads the list of calendars and the mailbox's time zone; new calendars are marked to be read, missing ones deleted. */
export async function readCalendars(
  { clock }: { clock: Clock },
  session: AccountSession,
  mailbox: Mailbox,
): Promise<void> {
  const [listed, zone] = await Promise.all([mailbox.calendars(), zoneOf(session, mailbox)])
  if (listed.length === 0) throw new SyncError('MICROSOFT_UNEXPECTED_SHAPE', 'a mailbox has at least one calendar')
  const known = new Map(session.calendars.map((calendar) => [calendar.key, calendar]))
  const seen = new Map<string, CalendarState>()
  for (const calendar of listed) {
    const key = session.names.calendar(calendar.providerId)
    seen.set(key, { ...startingPoint(known.get(key), key), ...listedProperties(calendar), deleted: false })
  }
  for (const [key, calendar] of known)
    if (!seen.has(key)) seen.set(key, { ...calendar, ...UNSUBSCRIBED, deleted: true, dirty: false })
  const head = { ...session.head, zone, calendarsReadAt: clock.now() }
  await session.save({ head, calendars: [...seen.values()] })
}

/** The zone is a default for people to see: where the settings alone cannot be read, it stays what it was. */
async function zoneOf({ head }: AccountSession, mailbox: Mailbox): Promise<string | undefined> {
  try {
    return await mailbox.timeZone()
  } catch (error) {
    if (!isFailure(error, 'MICROSOFT_REFUSED', 'MICROSOFT_UNREACHABLE', 'MICROSOFT_UNEXPECTED_SHAPE', 'ITEM_GONE'))
      throw error
    return head.zone
  }
}

/** What a calendar without a subscription does not know. */
export const UNSUBSCRIBED = { subscription: undefined, unheardSince: undefined, deafSince: undefined }

const listedProperties = ({ providerId, name, primary, writable, color, onlineMeetings }: ProviderCalendar) => ({
  providerId,
  name,
  primary,
  writable,
  color,
  onlineMeetings,
})

/** A calendar that was gone and has come back is read from the beginning. */
function startingPoint(known: CalendarState | undefined, key: string) {
  if (known === undefined) return newCalendar(key)
  return known.deleted ? { ...withoutCursor(known), dirty: true } : known
}

const newCalendar = (key: string) => ({
  key,
  dirty: true,
  round: 0,
  endless: false,
  confirming: false,
  events: 0,
  refusals: 0,
})
