import { asSyncError, isFailure, type SyncError } from '../core/errors.ts'
import type { ChangedItem, ChangePage, Mailbox } from './ports.ts'

// Graph tells a series on the page of its occurrences, or on the next one that holds something, and now and then not at
// all; its occurrences say nothing but their times.
// @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/2182

/** Series by the provider's ids. */
export interface Untold {
  /** The page has told of their occurrences; the next one may tell of them. */
  readonly awaited: readonly string[]
  /** They were told neither with their occurrences nor after them. */
  readonly missing: readonly string[]
}

/** Which series are still untold after a page. Pure. @param awaited those that the page before has left open. */
export function untoldAfter({ items, nextLink }: ChangePage, awaited: readonly string[]): Untold {
  if (items.length === 0 && nextLink !== undefined) return { awaited, missing: [] }
  const told = new Set(items.flatMap((item) => (item.kind === 'series' ? item.master.providerId : [])))
  const behind = new Set(items.flatMap((item) => (item.kind === 'sparse' ? item.seriesProviderId : [])))
  const missing = awaited.filter((id) => !told.has(id))
  const open = [...behind].filter((id) => !told.has(id) && !missing.includes(id))
  return nextLink === undefined ? { awaited: [], missing: [...missing, ...open] } : { awaited: open, missing }
}

/** Why a series may be unreadable, while the rest of its calendar is well. */
const OF_ONE_SERIES = ['ITEM_GONE', 'MICROSOFT_REFUSED', 'MICROSOFT_UNEXPECTED_SHAPE'] as const

/**
 * Asks for series one after another: it is seldom, and pages are asked for meanwhile.
 * @returns them as items of a page, and why others are not known: their occurrences wait.
 * @throws SyncError of the mailbox.
 */
export async function askForSeries(
  mailbox: Mailbox,
  calendarProviderId: string,
  missing: readonly string[],
): Promise<{ readonly items: readonly ChangedItem[]; readonly unread: readonly SyncError[] }> {
  const items: ChangedItem[] = []
  const unread: SyncError[] = []
  for (const id of missing) {
    try {
      const master = await mailbox.series(calendarProviderId, id)
      if (master !== undefined) items.push({ kind: 'series', master })
    } catch (error) {
      if (!isFailure(error, ...OF_ONE_SERIES)) throw error
      unread.push(asSyncError(error))
    }
  }
  return { items, unread }
}
