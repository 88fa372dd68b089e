import type { ItemKey } from '../../pull/knowledge.ts'
import type { CalendarState } from '../../pull/state.ts'
import type { AtomicGroup } from './batches.ts'
import type { IndexCache } from './index-cache.ts'
import type { Commit, SessionState } from './session.ts'

interface Dependencies {
  readonly state: SessionState
  readonly cache: IndexCache
  readonly commit: Commit
  readonly calendarWrite: (calendar: CalendarState) => Promise<AtomicGroup>
}

/**
 * Stores these events, and those of these series, as if it were not known what they say: the next round writes them again.
 * @param calendars to be stored in the same commit.
 */
export async function storeUnknown(
  { state, cache, commit, calendarWrite }: Dependencies,
  keys: Iterable<ItemKey>,
  calendars: readonly CalendarState[] = [],
): Promise<void> {
  const outcome = await cache.unknown(keys)
  const groups = await cache.seriesWrites(outcome)
  for await (const group of cache.indexWrites(outcome)) groups.push(group)
  for (const calendar of calendars) groups.push(await calendarWrite(calendar))
  await commit(groups, state.head)
  cache.accept(outcome)
  cache.release()
  for (const calendar of calendars) state.calendars.set(calendar.key, calendar)
}
