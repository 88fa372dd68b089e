import { days, earlier, later } from '../../core/time.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import { instantOf, type Window } from '../../events/window.ts'
import type { Action } from '../../push/action.ts'
import { expectedOf } from '../../push/expected.ts'
import type { ActionLog } from '../../push/ports.ts'
import type { AccountState } from '../../storage/accounts/accounts.ts'
import type { Events } from '../../storage/accounts/events.ts'
import type { EventRow } from '../../storage/accounts/kinds.ts'
import type { Agreed, OwnEvents } from '../../storage/accounts/own-events.ts'
import { namesOf } from '../../storage/accounts/row-keys.ts'
import { createOverlay, type ToldEvent } from './overlay.ts'
import type { Reader } from './page-token.ts'
import type { ScheduleQuery } from './schedule-query.ts'

/** What an integrator has asked for and Microsoft has not done yet. */
export interface Pending {
  /** Events that a wish moves into the span: the integrator's own as they were agreed on, others as they are cached. */
  readonly moving: readonly EventRow[]
  /** The agreements of events that a wish makes in the span. */
  readonly making: readonly string[]
  /**
   * The events as the integrator wants them.
   * @param creating of `making`, those that are told with these events.
   */
  on(rows: readonly EventRow[], creating: ReadonlySet<string>): Promise<readonly ToldEvent[]>
}

/** The times that a reading asks about; open where it names none. */
export interface AskedSpan extends Pick<ScheduleQuery, 'from' | 'to'> {
  /** The span that rows are kept of. */
  readonly kept: Window
}

export interface PendingDependencies {
  readonly actions: Pick<ActionLog, 'pending'>
  readonly events: Pick<Events, 'find' | 'monthsOf'>
  readonly ownEvents: Pick<OwnEvents, 'agreed'>
  readonly blind: BlindIndex
}

export const NOTHING_PENDING: Pending = { moving: [], making: [], on: async (rows) => rows }

/** Events that are looked up at once. */
const READS_AT_ONCE = 16

/**
 * Reads what is pending, before the events: an action that is applied in between is told twice as the same. Beside that a
 * table request for each upsert that may come into the span, four where the event is not the integrator's own, and later
 * one for each other that is about an event there.
 * @param span undefined when it is one event that is read, which is known already: then nothing moves there.
 */
export async function readPending(
  { actions, events, ownEvents, blind }: PendingDependencies,
  { accountId, clientId }: Reader,
  state: AccountState,
  span: AskedSpan | undefined,
): Promise<Pending> {
  if (!state.hasPending) return NOTHING_PENDING
  const all = await actions.pending(accountId, state.head.settledActions + 1)
  const pending = all.filter(({ integrator }) => integrator === clientId)
  const names = namesOf(blind, accountId)
  const overlay = createOverlay(pending, { integrator: clientId, keyOf: names.item })
  const known = new Map<string, Agreed | undefined>()

  async function agreementsOf(keys: readonly string[]) {
    const unknown = [...new Set(keys)].filter((key) => !known.has(key))
    const found = await ownEvents.agreed(accountId, unknown)
    for (const key of unknown) known.set(key, found.get(key))
    return new Map([...known].flatMap(([key, agreed]) => (agreed === undefined ? [] : [[key, agreed.agreement]])))
  }

  const coming = span === undefined ? [] : pending.flatMap((action) => comingInto(span, action))
  const expected = expectedOf(pending, await agreementsOf(coming.map(({ target }) => target.agreement)))
  const moving = new Map<string, EventRow>()
  const making = new Set<string>()
  const others = new Set<string>()
  for (const { number, target } of coming) {
    const { changed, creation, isRemade } = expected.get(number) ?? {}
    const event = isRemade ? undefined : known.get(target.agreement)?.event
    if (target.eventId !== undefined && event === undefined && creation !== undefined) making.add(target.agreement)
    if (changed?.times === undefined || isRemade) continue
    if (event?.event.kind === 'single') moving.set(target.agreement, event)
    if (target.eventId === undefined && target.providerId !== undefined) others.add(names.item(target.providerId))
  }

  return {
    moving: [...moving.values(), ...(span === undefined ? [] : await cached([...others], span))],
    making: [...making],
    async on(rows, creating) {
      return overlay.show(rows, await agreementsOf(overlay.about(rows)), creating)
    },
  }

  async function cached(keys: readonly string[], { kept }: AskedSpan): Promise<readonly EventRow[]> {
    const find = async (key: string) => events.find(accountId, kept, key, await events.monthsOf(accountId, key))
    const found: EventRow[] = []
    for (let at = 0; at < keys.length; at += READS_AT_ONCE) {
      const some = await Promise.all(keys.slice(at, at + READS_AT_ONCE).map(find))
      found.push(...some.flatMap((row) => row ?? []))
    }
    return found
  }
}

/** Zones of days are up to 14 hours away from UTC. */
const ZONES = days(1)

/** The event that an action may make in the span, or bring there. */
function comingInto({ from, to }: AskedSpan, { number, request }: Action) {
  const times = request?.kind === 'upsert' ? request.wanted.times : undefined
  if (request?.kind !== 'upsert' || times === undefined) return []
  const isBefore = from !== undefined && later(instantOf(times.end), ZONES) < from
  const isAfter = to !== undefined && earlier(instantOf(times.start), ZONES) >= to
  return isBefore || isAfter ? [] : [{ number, target: request.target }]
}
