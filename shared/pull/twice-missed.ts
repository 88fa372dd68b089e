import type { ItemKey, Knowledge, KnownItem, KnownSeries, Outcome } from './knowledge.ts'
import { pruneCalendar, type Round } from './reconcile.ts'

/**
 * What neither a finished view nor the view just before it mentioned, as deletions. The pages of a view go by position:
 * when an event is deleted between two of them, the ones behind it move up, and one is on neither page.
 * @param keys what this view did not mention.
 */
export function pruneTwiceMissed(known: Knowledge, keys: readonly ItemKey[], round: Round): Outcome {
  const item = (key: ItemKey) => asTold(known.item(key), round)
  const series = (key: ItemKey) => asToldOf(known.series(key), round)
  return pruneCalendar({ item, series, keys: () => keys }, round)
}

/** What the view before has mentioned counts as mentioned by this one. */
const counted = (seen: number, { number }: Round): number => (seen === number - 1 ? number : seen)

const asTold = (item: KnownItem | undefined, round: Round): KnownItem | undefined =>
  item?.kind === 'event' ? { ...item, seen: counted(item.seen, round) } : item

function asToldOf(series: KnownSeries | undefined, round: Round): KnownSeries | undefined {
  if (series === undefined) return undefined
  const occurrences = Object.entries(series.occurrences).map(
    ([key, one]) => [key, { ...one, seen: counted(one.seen, round) }] as const,
  )
  return { ...series, occurrences: Object.fromEntries(occurrences) }
}
