import type { ItemKey, Knowledge } from './knowledge.ts'
import type { ChangedItem } from './ports.ts'
import type { Round } from './reconcile.ts'

/**
 * Whether a series has changed while its round was read: a part of it is told again in another version. Which occurrences
 * the newer telling leaves out cannot be seen then, because the older one has mentioned them in the same round; only a
 * fresh round can tell.
 * @param isFresh of a fresh round only what is told twice counts, so that no habit of Graph's makes one follow on another.
 */
export function isMixed(
  known: Knowledge,
  items: readonly ChangedItem[],
  { keyOf, number }: Round,
  isFresh: boolean,
): boolean {
  const versions = new Map<string, string>()
  function isOther(name: string, told: string | undefined, version: string): boolean {
    const before = versions.get(name) ?? told
    versions.set(name, version)
    return before !== undefined && before !== version
  }
  return items.some((item) => {
    const part = seriesPart(item)
    if (part === undefined) return false
    const key = keyOf(part.providerId)
    if (isOther(key, versionTold(known, key, number), part.etag)) return true
    if (isFresh) return false
    if (item.kind === 'series') return mayDropTold(known, key, part.etag, number)
    if (item.kind !== 'sparse') return false
    // An occurrence that is nothing but its series' has no version of its own, and each can speak for all.
    const series = keyOf(item.seriesProviderId)
    return isOther(`${series} occurrences`, versionOfOccurrences(known, series, number), part.etag)
  })
}

/**
 * Whether a series is told in a new version after a changed occurrence of it: a series that was moved in between has dropped
 * that occurrence, and does not say so.
 */
function mayDropTold(known: Knowledge, key: ItemKey, etag: string, round: number): boolean {
  const series = known.series(key)
  return (
    series?.master?.etag !== etag &&
    Object.values(series?.occurrences ?? {}).some(({ exception, seen }) => exception && seen === round)
  )
}

/** Whether a batch tells only what its round has told before. */
export const isRepeat = (known: Knowledge, items: readonly ChangedItem[], { keyOf, number }: Round): boolean =>
  items.length > 0 && items.every((item) => lastTold(known, keyOf(idOf(item))) === number)

/** The number of the last round that has told of an item. */
function lastTold(known: Knowledge, key: ItemKey): number | undefined {
  const item = known.item(key)
  if (item?.kind === 'event') return item.seen
  if (item?.kind === 'series') return known.series(key)?.seen
  return item === undefined ? undefined : known.series(item.series)?.occurrences[key]?.seen
}

function seriesPart(item: ChangedItem): { readonly providerId: string; readonly etag: string } | undefined {
  if (item.kind === 'series') return item.master
  if (item.kind === 'sparse') return item
  return item.kind === 'event' && item.event.seriesProviderId !== undefined ? item.event : undefined
}

/** The version in which the round has told a part of a series before. */
function versionTold(known: Knowledge, key: ItemKey, round: number): string | undefined {
  const item = known.item(key)
  if (item?.kind === 'series') {
    const series = known.series(key)
    return series?.seen === round ? series.master?.etag : undefined
  }
  const occurrence = item?.kind === 'occurrence' ? known.series(item.series)?.occurrences[key] : undefined
  return occurrence?.seen === round ? occurrence.etag : undefined
}

/** The version in which the round has told those occurrences of a series before that have no content of their own. */
const versionOfOccurrences = (known: Knowledge, series: ItemKey, round: number): string | undefined =>
  Object.values(known.series(series)?.occurrences ?? {}).find(({ exception, seen }) => !exception && seen === round)
    ?.etag

/**
 * The items of a page with repeats removed: the last mention of an id wins, at its place, so that a series that was made
 * an event between two pages comes after the occurrences which it had.
 */
export function lastMentions(items: readonly ChangedItem[]): readonly ChangedItem[] {
  const last = new Map(items.map((item, at) => [idOf(item), at]))
  return items.filter((item, at) => last.get(idOf(item)) === at)
}

/** The provider's id of whatever an item is about. */
export const idOf = (item: ChangedItem): string =>
  item.kind === 'event' ? item.event.providerId : item.kind === 'series' ? item.master.providerId : item.providerId

/** The series that a page touched; the caller prunes them when the round is complete. */
export function touchedSeries(items: readonly ChangedItem[], keyOf: Round['keyOf']): readonly ItemKey[] {
  const keys = items.flatMap((item) => {
    if (item.kind === 'series') return [keyOf(item.master.providerId)]
    if (item.kind === 'sparse') return [keyOf(item.seriesProviderId)]
    const series = item.kind === 'event' ? item.event.seriesProviderId : undefined
    return series === undefined ? [] : [keyOf(series)]
  })
  return [...new Set(keys)]
}
