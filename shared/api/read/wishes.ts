import { agreementKeyOf } from '../../push/agreement.ts'
import type { AccountState } from '../../storage/accounts/accounts.ts'
import type { EventRow } from '../../storage/accounts/kinds.ts'
import { type AccountNames, namesOf } from '../../storage/accounts/row-keys.ts'
import type { ToldEvent } from './overlay.ts'
import type { PagePosition, Reader } from './page-token.ts'
import { type AskedSpan, NOTHING_PENDING, type PendingDependencies, readPending } from './pending.ts'

/** What an integrator has asked for and Microsoft has not done yet, as far as a reading tells of it. */
export interface Wishes {
  /** Events that a wish may move into the span, as they were agreed on. */
  readonly moving: readonly EventRow[]
  /** The events as the integrator wants them. @param isFirst the ones Microsoft does not have yet come along with these. */
  on(rows: readonly EventRow[], isFirst: boolean): Promise<readonly ToldEvent[]>
  /** Marks of what has been told before Microsoft has it, on this page or the first one. */
  told(events: readonly ToldEvent[]): readonly string[]
}

/** So many marks fit into an address. */
const MOST_CREATIONS = 200
/** Enough that no two of an account are the same by chance. */
const MARK_CHARACTERS = 6

/**
 * The wishes that a page tells of. Events that Microsoft does not have yet come with the first page, where their keys are
 * not known; when Microsoft has one before the last page, it is not told once more.
 * @param span that is read; undefined when it is one event that is known already: then nothing moves there.
 */
export async function loadWishes(
  dependencies: PendingDependencies,
  reader: Reader,
  { query, page, told }: PagePosition,
  state: AccountState,
  span: AskedSpan | undefined,
): Promise<Wishes> {
  const { accountId, clientId } = reader
  const names = namesOf(dependencies.blind, accountId)
  // What is told of changes is what others did, so an integrator's own wishes are no part of it.
  const isAsked = query.managed !== 'without' && query.lastModified === undefined
  const pending = isAsked ? await readPending(dependencies, reader, state, span) : NOTHING_PENDING
  const making = pending.making.slice(0, MOST_CREATIONS)
  const marks = new Set(told)

  return {
    moving: pending.moving,
    async on(rows, isFirst) {
      const creating = new Set(isFirst && page === 1 ? making : [])
      const isOwn = (row: EventRow) => row.managed?.integrator === clientId
      const news = rows.filter((row) => marks.size === 0 || !isOwn(row) || !marks.has(markOf(row)))
      const wanted = await pending.on(news, creating)
      for (const row of wanted) if (row.isNew) marks.add(markOf(row))
      return wanted
    },
    told: (events) => [...told, ...events.filter(({ isNew }) => isNew).map(markOf)],
  }

  function markOf({ calendar, key, event, managed, isNew }: ToldEvent): string {
    const agreement = isNew ? key : (agreementKeyOf(event.marker) ?? agreementOf(names, calendar, managed?.eventId))
    return dependencies.blind.token('agreement', accountId, 'told', agreement).slice(0, MARK_CHARACTERS)
  }

  function agreementOf(of: AccountNames, calendar: string, eventId = ''): string {
    return of.agreement(clientId, calendar, { eventId })
  }
}
