import { days, earlier, later } from '../../core/time.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import { instantOf } from '../../events/window.ts'
import type { Action } from '../../push/action.ts'
import { expectedOf } from '../../push/expected.ts'
import type { ActionLog } from '../../push/ports.ts'
import type { AccountState } from '../../storage/accounts/accounts.ts'
import type { EventRow } from '../../storage/accounts/kinds.ts'
import type { Agreed, OwnEvents } from '../../storage/accounts/own-events.ts'
import { namesOf } from '../../storage/accounts/row-keys.ts'
import { createOverlay, type ToldEvent } from './overlay.ts'
import type { Reader } from './page-token.ts'
import type { ScheduleQuery } from './schedule-query.ts'

/** What an integrator has asked for and Microsoft has not done yet. */
export interface Pending {
  /** Events that a wish moves into the span, as they were agreed on. */
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
export type AskedSpan = Pick<ScheduleQuery, 'from' | 'to'>

export interface PendingDependencies {
  readonly actions: Pick<ActionLog, 'pending'>
  readonly ownEvents: Pick<OwnEvents, 'agreed'>
  readonly blind: BlindIndex
}

export const NOTHING_PENDING: Pending = { moving: [], making: [], on: async (rows) => rows }

/**
 * Reads what is pending, before the events: an action that is applied in between is told twice as the same. Beside that a
 * table request for each upsert that may come into the span, and later for each that is about an event there.
 * @param span undefined when it is one event that is read, which is known already: then nothing moves there.
 */
export async function readPending(
  { actions, ownEvents, blind }: PendingDependencies,
  { accountId, clientId }: Reader,
  state: AccountState,
  span: AskedSpan | undefined,
): Promise<Pending> {
  if (!state.hasPending) return NOTHING_PENDING
  const all = await actions.pending(accountId, state.head.settledActions + 1)
  const pending = all.filter(({ integrator }) => integrator === clientId)
  const overlay = createOverlay(pending, { integrator: clientId, keyOf: namesOf(blind, accountId).item })
  const known = new Map<string, Agreed | undefined>()

  async function agreementsOf(keys: readonly string[]) {
    const unknown = [...new Set(keys)].filter((key) => !known.has(key))
    const found = await ownEvents.agreed(accountId, unknown)
    for (const key of unknown) known.set(key, found.get(key))
    return new Map([...known].flatMap(([key, agreed]) => (agreed === undefined ? [] : [[key, agreed.agreement]])))
  }

  const coming = span === undefined ? [] : pending.flatMap((action) => comingInto(span, action))
  const expected = expectedOf(pending, await agreementsOf(coming.map(({ agreement }) => agreement)))
  const moving = new Map<string, EventRow>()
  const making = new Set<string>()
  for (const { number, agreement } of coming) {
    const { changed, creation, isRemade } = expected.get(number) ?? {}
    const event = isRemade ? undefined : known.get(agreement)?.event
    if (event === undefined && creation !== undefined) making.add(agreement)
    if (event?.event.kind === 'single' && changed?.times !== undefined) moving.set(agreement, event)
  }

  return {
    moving: [...moving.values()],
    making: [...making],
    async on(rows, creating) {
      return overlay.show(rows, await agreementsOf(overlay.about(rows)), creating)
    },
  }
}

/** Zones of days are up to 14 hours away from UTC. */
const ZONES = days(1)

/** The agreement of an event of its own that an action may make in the span, or bring there. */
function comingInto({ from, to }: AskedSpan, { number, request }: Action) {
  if (request?.kind !== 'upsert' || request.target.eventId === undefined) return []
  const { times } = request.wanted
  if (times === undefined) return []
  const isBefore = from !== undefined && later(instantOf(times.end), ZONES) < from
  const isAfter = to !== undefined && earlier(instantOf(times.start), ZONES) >= to
  return isBefore || isAfter ? [] : [{ number, agreement: request.target.agreement }]
}
