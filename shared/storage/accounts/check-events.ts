import { SyncError } from '../../core/errors.ts'
import type { CalendarEvent } from '../../events/event.ts'
import { firstMonth } from '../../pull/forget-past.ts'
import type { CalendarState } from '../../pull/state.ts'
import type { AtomicGroup } from './batches.ts'
import type { IndexCache } from './index-cache.ts'
import { notice } from './repair.ts'
import { headKey } from './row-keys.ts'
import type { Commit, SessionState } from './session.ts'
import { findStale } from './stale-events.ts'
import { storeUnknown } from './unknown-events.ts'

interface Dependencies {
  readonly state: SessionState
  readonly cache: IndexCache
  readonly commit: Commit
  readonly calendarWrite: (calendar: CalendarState) => Promise<AtomicGroup>
  readonly digestOf: (event: CalendarEvent) => string
}

/** @see Session.checkEvents @returns whether they were compared. */
export async function checkEvents(given: Dependencies, even?: 'torn'): Promise<boolean> {
  const { state, cache, digestOf } = given
  const { account, table, rows, names, log, audit, head } = state
  // After a commit that was not ended, rows and index differ for a good reason.
  const isWhole = head.unwrittenFrom === undefined && ![...state.calendars.values()].some(({ torn }) => torn)
  if (!isWhole && even !== 'torn') return false
  const place = { account, table, rows, names, log, digestOf, keptFrom: keptFrom(state) }
  const stale = await findStale(place, await cache.told())
  if (stale.keys.size === 0 && stale.rows.length === 0) return true
  // Index and rows were read one after the other. Only while the head is still the same must they agree.
  const stored = await table.get(account, headKey)
  if (stored?.etag !== state.headEtag) throw new SyncError('ROW_CHANGED', 'the account was changed by another handler')
  // A backup is of no single moment, and may be of one in which a commit was not ended: that is nobody's deed.
  if (even !== 'torn')
    await notice({ table, audit, log }, account, stale.rows, { events: stale.keys.size, rows: stale.rows.length })

  // The end of the round that follows marks what nothing leads to.
  const torn = stale.hasStrays ? [...state.calendars.values()].map((calendar) => ({ ...calendar, torn: true })) : []
  await storeUnknown(given, stale.keys, torn)
  return true
}

/** Windows that begin earlier than what is noted are being read: their rows are there before it is noted. */
function keptFrom({ head, calendars }: SessionState): string {
  const [earliest = ''] = [head.keptFrom ?? '', firstMonth([...calendars.values()]) ?? ''].sort()
  return earliest
}
