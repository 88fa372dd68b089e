import type { Item } from './event.ts'

export type ChangeType = 'created' | 'updated' | 'deleted'

export interface Change {
  readonly type: ChangeType
  /** The item that changed; for a change of one occurrence, its series. */
  readonly id: string
  /** The occurrence the client changed, when it was one. */
  readonly occurrenceId?: string
  readonly version: number
}

/** The events of one calendar and the log of what happened to them, which delta reads. */
export interface CalendarStore {
  readonly items: ReadonlyMap<string, Item>
  /** Items in the order of their creation; deleted ones leave a hole. */
  readonly positions: readonly (Item | undefined)[]
  /** One entry for each change, oldest first: the id of what changed. */
  readonly log: readonly string[]
  /** The series that were deleted, as they were. */
  readonly deletedSeries: ReadonlyMap<string, Item>
  /** Whether the log's entry at `index` is the newest one about its item. */
  isNewest(index: number): boolean
  add(item: Item): void
  /** Records that an item was changed in place. */
  changed(item: Item, occurrenceId?: string): void
  remove(item: Item): void
  /** Records a deletion of something this calendar never held, as payloads from outside may tell. */
  buried(id: string): void
  /** Calls back after each change. @returns what ends that. */
  onChange(listener: (change: Change) => void): () => void
}

export function createCalendarStore(): CalendarStore {
  const items = new Map<string, Item>()
  const deletedSeries = new Map<string, Item>()
  const positions: (Item | undefined)[] = []
  const log: string[] = []
  const newest = new Map<string, number>()
  const listeners = new Set<(change: Change) => void>()

  function record(type: ChangeType, id: string, version: number, occurrenceId?: string): void {
    newest.set(id, log.length)
    log.push(id)
    for (const listener of listeners) listener({ type, id, version, ...(occurrenceId && { occurrenceId }) })
  }

  return {
    items,
    deletedSeries,
    positions,
    log,
    isNewest: (index) => newest.get(log[index] ?? '') === index,
    add(item) {
      items.set(item.id, item)
      positions[item.position] = item
      record('created', item.id, item.version)
    },
    changed: (item, occurrenceId) => record('updated', item.id, item.version, occurrenceId),
    remove(item) {
      items.delete(item.id)
      if (item.recurrence) deletedSeries.set(item.id, item)
      positions[item.position] = undefined
      record('deleted', item.id, item.version)
    },
    buried: (id) => record('deleted', id, 0),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
