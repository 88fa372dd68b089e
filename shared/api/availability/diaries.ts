import { busySpan } from '../../availability/busy.ts'
import type { Span, Spans } from '../../availability/spans.ts'
import { type DurationMs, days, earlier, later } from '../../core/time.ts'
import type { WindowDays } from '../../events/window.ts'
import type { WorkingHours } from '../../events/working-hours.ts'
import { isUnread } from '../../pull/first-pull.ts'
import type { AccountState, Accounts } from '../../storage/accounts/accounts.ts'
import type { Events, Reading, Slice } from '../../storage/accounts/events.ts'
import type { EventRow } from '../../storage/accounts/kinds.ts'
import type { ToldEvent } from '../read/overlay.ts'
import { type PendingDependencies, readPending } from '../read/pending.ts'
import { keptSpan, stateToTell } from '../read/schedule.ts'
import type { AvailabilityAnswer } from './request.ts'

export interface DiaryDependencies extends PendingDependencies {
  readonly accounts: Accounts
  readonly events: Events
  readonly windowDays: WindowDays
}

/** Why an account is not offered. */
export type ReasonUnknown = NonNullable<AvailabilityAnswer['unknown']>[number]['reason']

/** What is known of one account's time. */
export interface Diary {
  readonly workingHours: WorkingHours | undefined
  /** Keys of its calendars, deleted ones included. */
  readonly calendars: ReadonlySet<string>
  /** Why it is not known what is in these calendars, or in one of them. */
  reasonUnknown(calendars: ReadonlySet<string>): ReasonUnknown | undefined
  /** What is in these calendars; in deleted ones there is nothing. */
  busyIn(calendars: ReadonlySet<string>): readonly Span[]
}

export interface DiaryRequest {
  readonly account: string
  /** Whose accepted changes count before they are at Microsoft. */
  readonly integrator: string
  readonly within: Spans
  readonly buffer: { readonly before: DurationMs; readonly after: DurationMs }
  /** For all-day events of an account whose zone is not known. */
  readonly zone: string | undefined
}

/**
 * Reads an account's diary: its state, the months in question, and what is pending; about five table requests,
 * and up to four for each upsert that is pending in these months.
 * @returns undefined when there is no such account.
 */
export async function readDiary(dependencies: DiaryDependencies, request: DiaryRequest): Promise<Diary | undefined> {
  const { account, zone } = request
  const state = await stateToTell(dependencies.accounts, account)
  if (state === undefined) return undefined
  const { workingHours } = state.head
  const calendars = new Set(state.calendars.map(({ key }) => key))
  const gone = new Set(state.calendars.filter(({ deleted }) => deleted).map(({ key }) => key))
  const read = state.head.state === 'active' ? await readEvents(dependencies, request, state) : []
  const told = read.filter(({ deleted, moved }) => !deleted && !moved)
  const busy = told.flatMap(({ calendar, event }) => {
    const span = busySpan(event, state.head.zone ?? zone ?? 'UTC')
    return span === undefined || gone.has(calendar) ? [] : [{ calendar, span }]
  })
  return {
    workingHours,
    calendars,
    reasonUnknown: (chosen) => reasonOf(state, chosen),
    busyIn: (chosen) => busy.flatMap(({ calendar, span }) => (chosen.has(calendar) ? [span] : [])),
  }
}

function reasonOf({ head, calendars }: AccountState, chosen: ReadonlySet<string>): ReturnType<Diary['reasonUnknown']> {
  if (head.state !== 'active') return 'needs_reconnect'
  const isKnown = head.calendarsReadAt !== undefined && !calendars.some((one) => chosen.has(one.key) && isUnread(one))
  return isKnown ? undefined : 'first_pull'
}

/** What is pending is read before the events, so that an action that is applied in between is in one of the two. */
async function readEvents(
  dependencies: DiaryDependencies,
  { account, integrator, within, buffer }: DiaryRequest,
  state: AccountState,
): Promise<readonly ToldEvent[]> {
  const [first, last] = [within[0], within.at(-1)]
  if (first === undefined || last === undefined) return []
  // All-day events are kept under UTC days, and begin and end up to 14 hours from there.
  const from = earlier(earlier(first.from, buffer.before), days(1))
  const span = { from, to: later(later(last.to, buffer.after), days(1)) }
  const kept = keptSpan(state, dependencies.windowDays)
  const reader = { accountId: account, clientId: integrator }
  const pending = await readPending(dependencies, reader, state, { ...span, kept })
  const found = await allBetween(dependencies.events, { account, kept }, span)
  const there = new Set(found.flatMap(({ key, deleted }) => (deleted ? [] : [key])))
  const moving = pending.moving.filter(({ key }) => !there.has(key))
  return pending.on([...found, ...moving], new Set(pending.making))
}

/** More than anybody has in the five weeks that a search may span, so that mostly one slice is read. */
const SLICE = 10_000
/** Of ten diaries at once; a thousand events without long descriptions. */
const DIARY_SLICE_BYTES = 4 * 1024 * 1024

async function allBetween(events: Events, reading: Pick<Reading, 'account' | 'kept'>, span: Span) {
  const found: EventRow[] = []
  let after: string | undefined = ''
  while (after !== undefined) {
    const part = { ...reading, after, most: SLICE, mostBytes: DIARY_SLICE_BYTES }
    const slice: Slice = await events.between(part, span, false)
    found.push(...slice.events.map(timesOnly))
    after = slice.end
  }
  return found
}

/** What matters of an event to who looks for times: what it says may be a hundred times as long. */
function timesOnly({ event, ...row }: EventRow): EventRow {
  const { start, end, transparency, participation, status, kind } = event
  const blank = { summary: '', description: '', attendees: [], categories: [], providerId: '', etag: '' }
  const unasked = { organizedByAccount: true, sensitivity: 'normal', importance: 'normal' } as const
  return { ...row, event: { ...blank, ...unasked, start, end, transparency, participation, status, kind } }
}
