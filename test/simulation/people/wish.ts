import { epochMs } from '../../../shared/core/time.ts'
import { instantInZone, wallClock } from '../../../shared/events/zones.ts'
import type { Action } from '../../../shared/push/action.ts'
import type { Asking } from './client.ts'
import { type Said, timeText } from './said.ts'

/** What an integrator has asked for, and what is known of it afterwards. */
export interface Wish {
  /** Client id. */
  readonly integrator: string
  readonly kind: 'upsert' | 'delete' | 'delete-all' | 'respond'
  /** The event, by one of its names; none for everything. */
  readonly eventId?: string | undefined
  readonly uid?: string | undefined
  /** Of an occurrence: the event's series, by the name that an event of its own would have. */
  readonly seriesUid?: string | undefined
  /** The values that nobody has written before. */
  readonly fresh: Said
  /** What the integrator said it had seen. */
  readonly seen?: Said | undefined
  readonly asking: Asking
  /** When it was sent first: from here on it may be accepted. */
  readonly sent: number
  /** The highest number of an action that was known then; of the life in which it was accepted. */
  floor: number
  /** When its acceptance came back; absent when it never did. */
  answered?: number
  /** Number of the action; absent when there was nothing to do. */
  action?: number | undefined
  /** The life of the account in which it was accepted. */
  life?: number
}

/**
 * What a series says that was asked for with the times of a wish. Graph takes them by the wall clock of one zone, which
 * names the hour that comes twice when summer time ends once only: the first.
 */
export function timesAsSeries({ asking }: Wish): string | undefined {
  const { start, end } = asking.body as Partial<Record<'start' | 'end', string | { time: string; tzid: string }>>
  if (typeof start !== 'object' || typeof end !== 'object') return undefined
  const told = [start, end].map(({ time, tzid }) => {
    return timeText(instantInZone(wallClock(epochMs(Date.parse(time)), tzid), tzid))
  })
  return told.join(' - ')
}

/** Everything that was asked for about one person's calendars. */
export interface Notebook {
  readonly wishes: Wish[]
  /** The highest number of an action that is known. */
  highest: number
  /** How often the account was erased, and the ledger's position then. */
  life: number
  lifeBegan: number
}

export const newNotebook = (): Notebook => ({ wishes: [], highest: -1, life: 0, lifeBegan: 0 })

/** The account is another one from here on: nothing is known of what was asked for before. */
export function beginAnew(notebook: Notebook, position: number): void {
  notebook.life += 1
  notebook.lifeBegan = position
  notebook.highest = -1
}

/** Whether a wish was accepted, if at all, by an account that was erased since. */
export const isOfEarlierLife = ({ life }: Notebook, wish: Wish): boolean =>
  (wish.life ?? (wish.action === undefined ? life : 0)) < life

/** Whether an account that was erased since has been asked for the event again, and has taken it over. */
export const isOfThisLife = (notebook: Notebook, { integrator, eventId }: Wish, actions: readonly Action[]): boolean =>
  notebook.life === 0 ||
  notebook.wishes.some(
    (wish) =>
      wish.kind === 'upsert' &&
      wish.integrator === integrator &&
      wish.eventId === eventId &&
      wish.life === notebook.life &&
      isFulfilled(wish, actions),
  )

/** Whether an upsert was applied, itself or with the one that took its place: a deletion takes over nothing. */
function isFulfilled({ action: number }: Wish, actions: readonly Action[]): boolean {
  const find = (wanted: number | undefined) => actions.find((action) => action.number === wanted)
  const own = find(number)
  const last = own?.state === 'superseded' ? find(own.supersededBy) : own
  return last?.kind === 'upsert' && (last.state === 'applied' || last.state === 'unchanged')
}
