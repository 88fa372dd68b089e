import { createHmac } from 'node:crypto'
import * as z from 'zod'
import type { CalendarStore } from './calendar.ts'
import type { Instance, Item, Window } from './event.ts'
import { syncStateNotFound } from './failures.ts'
import { occurrenceId } from './ids.ts'
import type { Mailbox } from './mailbox.ts'
import { occurrencesIn, shownIn, whole } from './series.ts'

/** The ways in which the real service orders and pages a round; all of them are allowed, none is promised. */
export interface DeltaHabits {
  /** Where the master of a series stands among its occurrences. */
  seriesOrder: 'first' | 'last' | 'other-page'
  /** How many empty pages come before each page that holds something. */
  emptyPages: number
  /** Whether a page begins with what the page before it ended with. */
  replays: boolean
  /** Whether a deleted series is told with its occurrences, or with its master alone. */
  removedOccurrences: boolean
  /** Whether the round never ends: the next link changes and the page stays the same. */
  loops: boolean
}

export const plainHabits: DeltaHabits = {
  seriesOrder: 'first',
  emptyPages: 0,
  replays: false,
  removedOccurrences: false,
  loops: false,
}

export type DeltaItem =
  | { readonly kind: 'full' | 'sparse'; readonly instance: Instance }
  | { readonly kind: 'removed'; readonly id: string }

export interface DeltaPage {
  readonly items: readonly DeltaItem[]
  /** What the next request brings back: `skip` goes on with this round, `delta` starts the next one. */
  readonly next: { readonly kind: 'skip' | 'delta'; readonly token: string }
}

export interface DeltaRequest {
  /** Undefined for the default calendar. */
  readonly calendarId?: string | undefined
  /** A new round over a window, or a token from an earlier page. */
  readonly from: { readonly window: Window } | { readonly token: string }
  /** A hint: a series is never split, so a page may hold more. */
  readonly pageSize: number
  readonly habits: DeltaHabits
}

/** All that a round knows lives in its token; the mailbox remembers nothing about rounds. */
const State = z.object({
  generation: z.int(),
  from: z.number(),
  to: z.number(),
  /** A first round walks the items in order of creation, a later one walks the log. */
  round: z.enum(['first', 'changes']),
  /** Where the walk goes on, and which part of what stands there comes next. */
  at: z.int(),
  part: z.int(),
  /** How far the log went when the first round began: the next round starts there, so nothing falls in between. */
  since: z.int(),
  emptyPages: z.int(),
  /** What the page before ended with. */
  last: z.int().optional(),
  page: z.int(),
})
type State = z.infer<typeof State>

/**
 * One page of `calendarView/delta`. The window is fixed in the token. A changed series comes back whole, with what is
 * left of it in the window; an item that is gone, or is not in the window, comes as removed.
 * @throws MailboxFailure `SyncStateNotFound` for a token that is unknown or of an older generation
 */
export function deltaPage(mailbox: Mailbox, request: DeltaRequest): DeltaPage {
  const { store } = mailbox.calendar(request.calendarId)
  const state = 'token' in request.from ? open(mailbox, request.from.token) : begin(mailbox, store, request)
  const next = (kind: 'skip' | 'delta', changes: Partial<State>) =>
    ({ kind, token: seal(mailbox, { ...state, ...changes, page: state.page + 1 }) }) as const
  if (state.emptyPages > 0) return { items: [], next: next('skip', { emptyPages: state.emptyPages - 1 }) }

  const page = collect(store, state, request)
  if (request.habits.loops) return { items: page.items, next: next('skip', {}) }
  const { emptyPages } = request.habits
  if (page.stop) return { items: page.items, next: next('skip', { ...page.stop, emptyPages }) }
  const at = state.round === 'first' ? state.since : store.log.length
  return { items: page.items, next: next('delta', { round: 'changes', at, part: 0, last: undefined, emptyPages: 0 }) }
}

function begin(mailbox: Mailbox, store: CalendarStore, { from, habits }: DeltaRequest): State {
  const window = 'window' in from ? from.window : { from: 0, to: 0 }
  const round = { round: 'first', at: 0, part: 0, since: store.log.length, page: 0 } as const
  return { ...window, ...round, generation: mailbox.generation, emptyPages: habits.emptyPages }
}

interface Collected {
  readonly items: DeltaItem[]
  /** Where the next page begins; undefined when the round is complete. */
  readonly stop?: Pick<State, 'at' | 'part' | 'last'>
}

function collect(store: CalendarStore, state: State, { pageSize, habits }: DeltaRequest): Collected {
  const items = habits.replays && state.last !== undefined ? partsAt(store, state, state.last, habits).flat() : []
  const end = state.round === 'first' ? store.positions.length : store.log.length
  let { part, last } = state
  let taken = 0
  for (let at = state.at; at < end; at += 1) {
    const parts = partsAt(store, state, at, habits)
    for (; part < parts.length; part += 1) {
      const full = taken >= pageSize || (part > 0 && taken > 0)
      if (full) return { items, stop: { at, part, last } }
      const unit = parts[part] ?? []
      items.push(...unit)
      taken += unit.length
      last = at
    }
    part = 0
  }
  return { items }
}

/** What stands at one place of the walk, cut where a page must or may end. */
function partsAt(store: CalendarStore, state: State, at: number, habits: DeltaHabits): DeltaItem[][] {
  if (state.round === 'first') {
    const item = store.positions[at]
    return item === undefined ? [] : presentParts(item, state, habits)
  }
  const id = store.log[at]
  if (id === undefined || !store.isNewest(at)) return []
  const item = store.items.get(id)
  const parts = item === undefined ? [] : presentParts(item, state, habits)
  return parts.length > 0 ? parts : [removedItems(store, state, id, habits)]
}

function removedItems(
  store: CalendarStore,
  window: Window,
  id: string,
  { removedOccurrences }: DeltaHabits,
): DeltaItem[] {
  const series = removedOccurrences ? store.deletedSeries.get(id) : undefined
  const dates = series === undefined ? [] : occurrencesIn(series, window).flatMap(({ date }) => date ?? [])
  return [id, ...dates.map((date) => occurrenceId(id, date))].map((each) => ({ kind: 'removed', id: each }))
}

function presentParts(item: Item, window: Window, { seriesOrder }: DeltaHabits): DeltaItem[][] {
  const shown = shownIn(item, window).map(toDeltaItem)
  if (shown.length === 0) return []
  if (item.recurrence === undefined) return [shown]
  const master: DeltaItem = { kind: 'full', instance: whole(item) }
  if (seriesOrder === 'other-page') return [shown, [master]]
  return [seriesOrder === 'first' ? [master, ...shown] : [...shown, master]]
}

const toDeltaItem = (instance: Instance): DeltaItem => ({
  kind: instance.type === 'occurrence' ? 'sparse' : 'full',
  instance,
})

/** The state is signed, so that a token which a client shortened or made up is refused instead of half understood. */
function seal(mailbox: Mailbox, state: State): string {
  const text = Buffer.from(JSON.stringify(state)).toString('base64url')
  return `${text}.${sign(mailbox, text)}`
}

function open(mailbox: Mailbox, token: string): State {
  const [text = '', signature] = token.split('.')
  if (signature !== sign(mailbox, text)) throw syncStateNotFound(0, mailbox.generation)
  const state = State.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
  if (state.generation !== mailbox.generation) throw syncStateNotFound(state.generation, mailbox.generation)
  return state
}

/** The window a token was made for, to tell a client whose token expired where to start again. */
export function windowOfToken(token: string): Window | undefined {
  const parsed = z.object({ from: z.number(), to: z.number() }).safeParse(readable(token))
  return parsed.success ? parsed.data : undefined
}

function readable(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())
  } catch {
    // A token that never was one of ours has no window.
    return undefined
  }
}

const sign = (mailbox: Mailbox, text: string): string =>
  createHmac('sha256', `${mailbox.owner.oid} ${mailbox.birth}`)
    .update(text)
    .digest()
    .subarray(0, 16)
    .toString('base64url')
