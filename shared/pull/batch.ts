import type { ChangedItem, ChangePage, Mailbox } from './ports.ts'
import { idOf, type Round, touchedSeries } from './reconcile.ts'
import { windowOf } from './round.ts'
import type { CalendarState } from './state.ts'

const BATCH_PAGES = 5

/** Pages in a row that are judged and committed as one: fewer commits, and each part of the index is written less often. */
export interface Batch extends ChangePage {
  readonly pages: number
}

/**
 * The next pages of the round in progress; one only once it is late.
 * @throws SyncError what `Mailbox.changes` throws.
 */
export async function fetchBatch(
  mailbox: Mailbox,
  { providerId, window, progress }: CalendarState,
  isLate: () => boolean,
): Promise<Batch> {
  const span = windowOf({ window })
  const items: ChangedItem[] = []
  let link = progress?.link || undefined
  for (let pages = 1; ; pages++) {
    const page = await (progress?.view ? mailbox.view(providerId, span, link) : mailbox.changes(providerId, span, link))
    items.push(...page.items)
    link = page.nextLink
    if (link === undefined || pages === BATCH_PAGES || isLate())
      return { items, nextLink: link, cursor: page.cursor, pages }
  }
}

/** The keys of the items a page mentions, and of the series among and behind them. */
export function keysOf(items: readonly ChangedItem[], { keyOf }: Round): [string[], string[]] {
  const own = items.map((item) => keyOf(idOf(item)))
  return [own, [...touchedSeries(items, keyOf)]]
}
