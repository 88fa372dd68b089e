import { isFailure, SyncError } from '../core/errors.ts'
import { idOf, touchedSeries } from './mentions.ts'
import type { ChangedItem, ChangePage, Mailbox } from './ports.ts'
import type { Round } from './reconcile.ts'
import { windowOf } from './round.ts'
import type { CalendarState } from './state.ts'

const BATCH_PAGES = 5

/** Pages in a row that are judged and committed as one: fewer commits, and each part of the index is written less often. */
export interface Batch extends ChangePage {
  readonly pages: number
}

/**
 * The next pages of the round in progress; one only once it is late.
 * @throws SyncError what `Mailbox.changes` throws; `CURSOR_EXPIRED` also when a link is refused, be it the cursor or one in
 * the middle of the round.
 */
export async function fetchBatch(
  mailbox: Mailbox,
  { providerId, window, progress }: CalendarState,
  isLate: () => boolean,
): Promise<Batch> {
  const span = windowOf({ window })
  const ask = progress?.view ? mailbox.view : mailbox.changes
  const items: ChangedItem[] = []
  let link = progress?.link || undefined
  for (let pages = 1; ; pages++) {
    const isFirst = link === undefined
    const page = await ask(providerId, span, link).catch((error: unknown) => {
      throw isFirst ? error : ofLink(error)
    })
    items.push(...page.items)
    link = page.nextLink
    if (link === undefined || pages === BATCH_PAGES || isLate())
      return { items, nextLink: link, cursor: page.cursor, pages }
  }
}

/**
 * Graph has many words for a link that it does not honour. Whether it is the calendar after all that is refused, or gone,
 * the first page of a fresh round tells, which is asked for without a link.
 */
function ofLink(error: unknown): unknown {
  if (!isFailure(error, 'MICROSOFT_REFUSED', 'CALENDAR_GONE', 'ITEM_GONE')) return error
  return new SyncError('CURSOR_EXPIRED', 'a link is refused', { cause: error, facts: error.facts })
}

/** The keys of the items a page mentions, and of the series among and behind them. */
export function keysOf(items: readonly ChangedItem[], { keyOf }: Round): [string[], string[]] {
  const own = items.map((item) => keyOf(idOf(item)))
  return [own, [...touchedSeries(items, keyOf)]]
}
