import { asSyncError, type FailureCode, isFailure, SyncError } from '../core/errors.ts'
import { elapsed, minutes } from '../core/time.ts'
import { type Window, windowAround } from '../events/window.ts'
import type { PullDependencies } from './commit-pull.ts'
import { type EmptyingDependencies, emptyCalendar, isLeft } from './empty-calendar.ts'
import type { Mailbox, MailboxSettings, ProviderCalendar } from './ports.ts'
import { withoutCursor } from './round.ts'
import type { AccountSession } from './session.ts'
import type { AccountHead, CalendarState } from './state.ts'

type ReadingDependencies = EmptyingDependencies & Pick<PullDependencies, 'windowDays'>

/** One list may be wrong, and a mailbox that is out of order now would confirm itself. */
const CONFIRMED_AFTER = minutes(5)

/**
 * Reads the list of calendars and the mailbox's settings; new calendars are marked to be read, missing ones deleted. What
 * was in one that is missing once more counts as deleted then; of one that is there again all is told as news.
 * @throws SyncError `MICROSOFT_THROTTLED` also when the settings alone ask for patience: the list is stored by then, and the
 * next visit goes on without them.
 */
export async function readCalendars(
  dependencies: ReadingDependencies,
  session: AccountSession,
  mailbox: Mailbox,
): Promise<void> {
  const now = dependencies.clock.now()
  const today = windowAround(now, dependencies.windowDays)
  const { listed, settings, throttled } = await listAndSettings(session, mailbox)
  if (listed.length === 0) throw new SyncError('MICROSOFT_UNEXPECTED_SHAPE', 'a mailbox has at least one calendar')
  const known = new Map(session.calendars.map((calendar) => [calendar.key, calendar]))
  const seen = new Map<string, CalendarState>()
  for (const calendar of listed) {
    const state = asListed(session, calendar, today)
    seen.set(state.key, state)
  }
  for (const [key, calendar] of known) if (!seen.has(key)) seen.set(key, asMissing(calendar))
  const isSecond = elapsed(session.head.calendarsReadAt ?? now, now) >= CONFIRMED_AFTER
  const left = session.calendars.filter(isLeft)
  for (const { key } of left) if (!seen.get(key)?.deleted) await session.retell(key)
  const head = { ...session.head, ...settings, calendarsReadAt: now, roundsFrom: undefined }
  await session.save({ head, calendars: [...seen.values()] })
  if (isSecond) await emptyAll(dependencies, session, left)
  if (throttled !== undefined) throw throttled
}

async function emptyAll(
  dependencies: EmptyingDependencies,
  session: AccountSession,
  left: readonly CalendarState[],
): Promise<void> {
  const keys = new Set(left.map(({ key }) => key))
  for (const calendar of session.calendars)
    if (keys.has(calendar.key) && isLeft(calendar)) await emptyCalendar(dependencies, session, calendar)
}

/** Failures of the settings that keep nothing from being read. */
const OF_SETTINGS: readonly FailureCode[] = [
  'MICROSOFT_REFUSED',
  'MICROSOFT_UNREACHABLE',
  'MICROSOFT_THROTTLED',
  'MICROSOFT_UNEXPECTED_SHAPE',
  'MAILBOX_GONE',
  'ITEM_GONE',
]

/**
 * Both are asked for at once. The settings are of use to people and to who looks for time: where they alone cannot be
 * read, they stay as they were.
 * @throws what asks for the longest patience, when both have failed.
 */
async function listAndSettings(
  { head }: AccountSession,
  mailbox: Mailbox,
): Promise<{
  readonly listed: readonly ProviderCalendar[]
  readonly settings: MailboxSettings
  readonly throttled?: SyncError | undefined
}> {
  const [list, settings] = await Promise.allSettled([mailbox.calendars(), mailbox.settings()])
  const failures = [list, settings].flatMap((answer) =>
    answer.status === 'rejected' ? [asSyncError(answer.reason)] : [],
  )
  const [failure] = failures.sort((a, b) => (b.retryAfterMs ?? 0) - (a.retryAfterMs ?? 0))
  if (list.status === 'rejected') throw failure
  const listed = list.value
  if (settings.status === 'fulfilled') return { listed, settings: settings.value }
  if (!isFailure(failure, ...OF_SETTINGS)) throw failure
  const throttled = isFailure(failure, 'MICROSOFT_THROTTLED') ? failure : undefined
  return { listed, settings: { zone: head.zone, workingHours: head.workingHours }, throttled }
}

/**
 * A calendar of the list with what is known of it; one that is new is to be read from the beginning.
 * @param today the window of a round that begins now.
 */
export function asListed(session: AccountSession, calendar: ProviderCalendar, today: Window): CalendarState {
  const key = session.names.calendar(calendar.providerId)
  const known = session.calendars.find((one) => one.key === key)
  return { ...startingPoint(known, key, session.head, today), ...listedProperties(calendar), deleted: false }
}

/** Nothing of it goes on: neither a round that was in progress nor the doubt about one. */
const asMissing = (calendar: CalendarState): CalendarState => ({
  ...withoutCursor(calendar),
  ...UNSUBSCRIBED,
  deleted: true,
  dirty: false,
  confirming: false,
})

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
function startingPoint(known: CalendarState | undefined, key: string, { roundsFrom }: AccountHead, today: Window) {
  if (known === undefined) return roundsFrom === undefined ? newCalendar(key) : foundAgain(key, roundsFrom, today)
  return known.deleted ? { ...withoutCursor(known), dirty: true } : known
}

/** It may be one of those whose rows were lost: what is left of its events is told although its round is yet to begin. */
const foundAgain = (key: string, round: number, window: Window) => ({ ...newCalendar(key), round, window, torn: true })

const newCalendar = (key: string) => ({
  key,
  dirty: true,
  round: 0,
  endless: false,
  confirming: false,
  events: 0,
  refusals: 0,
})
