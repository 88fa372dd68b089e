import { days, earlier, later } from '../../core/time.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import { instantOf } from '../../events/window.ts'
import type { Action } from '../../push/action.ts'
import { agreementKeyOf } from '../../push/agreement.ts'
import type { ActionLog } from '../../push/ports.ts'
import type { AccountState } from '../../storage/accounts/accounts.ts'
import type { EventRow } from '../../storage/accounts/kinds.ts'
import type { OwnEvents } from '../../storage/accounts/own-events.ts'
import { type AccountNames, namesOf } from '../../storage/accounts/row-keys.ts'
import { createOverlay, type ToldEvent } from './overlay.ts'
import type { PagePosition, Reader } from './page-token.ts'
import type { ScheduleQuery } from './schedule-query.ts'

/** What an integrator has asked for and Microsoft has not done yet, as far as a reading tells of it. */
export interface Wishes {
  /** Events that a wish may move into the span, as they were agreed on. */
  readonly moving: readonly EventRow[]
  /** The events as the integrator wants them. @param isFirst the ones Microsoft does not have yet come along with these. */
  on(rows: readonly EventRow[], isFirst: boolean): readonly ToldEvent[]
  /** Marks of what has been told before Microsoft has it, on this page or the first one. */
  told(events: readonly ToldEvent[]): readonly string[]
}

/** The times that a query asks about; open where it names none. */
export type AskedSpan = Pick<ScheduleQuery, 'from' | 'to'>

/** So many marks fit into an address. */
const MOST_CREATIONS = 200
/** Enough that no two of an account are the same by chance. */
const MARK_CHARACTERS = 6

interface Dependencies {
  readonly actions: Pick<ActionLog, 'pending'>
  readonly ownEvents: OwnEvents
  readonly blind: BlindIndex
}

/**
 * The wishes that a page tells of. Events that Microsoft does not have yet come with the first page, where their keys are
 * not known; when Microsoft has one before the last page, it is not told once more.
 * @param span that is read; undefined when it is one event that is known already: then nothing moves there.
 */
export async function loadWishes(
  { actions, ownEvents, blind }: Dependencies,
  { accountId, clientId }: Reader,
  { query, page, told }: PagePosition,
  state: AccountState,
  span: AskedSpan | undefined,
): Promise<Wishes> {
  const names = namesOf(blind, accountId)
  // What is told of changes is what others did, so an integrator's own wishes are no part of it.
  const isAsked = query.managed !== 'without' && query.lastModified === undefined && state.hasPending
  const all = isAsked ? await actions.pending(accountId, state.head.settledActions + 1) : []
  const pending = all.filter(({ integrator }) => integrator === clientId)
  // Each is a table request: of those that stay outside of the span nothing is told, wherever they are now.
  const coming = span === undefined ? [] : [...new Set(pending.flatMap((action) => targetWithin(action, span)))]
  const agreed = await ownEvents.agreed(accountId, coming)
  const missing = coming.filter((agreement) => !agreed.has(agreement)).slice(0, MOST_CREATIONS)
  const overlay = createOverlay(pending, { integrator: clientId, keyOf: names.item })
  const marks = new Set(told)

  return {
    moving: [...agreed.values()].filter(({ event }) => event.kind === 'single'),
    on(rows, isFirst) {
      const creating = new Set(isFirst && page === 1 ? missing : [])
      const isOwn = (row: EventRow) => row.managed?.integrator === clientId
      const news = rows.filter((row) => marks.size === 0 || !isOwn(row) || !marks.has(markOf(row)))
      const wanted = overlay(news, creating)
      for (const row of wanted) if (row.isNew) marks.add(markOf(row))
      return wanted
    },
    told: (events) => [...told, ...events.filter(({ isNew }) => isNew).map(markOf)],
  }

  function markOf({ calendar, key, event, managed, isNew }: ToldEvent): string {
    const agreement = isNew ? key : (agreementKeyOf(event.marker) ?? agreementOf(names, calendar, managed?.eventId))
    return blind.token('agreement', accountId, 'told', agreement).slice(0, MARK_CHARACTERS)
  }

  function agreementOf(of: AccountNames, calendar: string, eventId = ''): string {
    return of.agreement(clientId, calendar, { eventId })
  }
}

/** Zones of days are up to 14 hours away from UTC. */
const ZONES = days(1)

/** The agreement of an event of its own that an action is to make or to bring into the span. */
function targetWithin({ request }: Action, { from, to }: AskedSpan): readonly string[] {
  if (request?.kind !== 'upsert' || request.target.eventId === undefined) return []
  const { times } = request.wanted
  if (times === undefined) return []
  const isBefore = from !== undefined && later(instantOf(times.end), ZONES) < from
  const isAfter = to !== undefined && earlier(instantOf(times.start), ZONES) >= to
  return isBefore || isAfter ? [] : [request.target.agreement]
}
