import type { Exception, Item } from './event.ts'

/** Makes an occurrence differ from its series in this way, whatever it was before. */
export function setException(item: Item, date: string, exception: Exception): void {
  item.exceptions = new Map(item.exceptions).set(date, exception)
}

/** Takes one occurrence out of its series. */
export function cancelOccurrence(item: Item, date: string): void {
  const exceptions = new Map(item.exceptions)
  exceptions.delete(date)
  item.exceptions = exceptions
  item.cancelled = new Set(item.cancelled).add(date)
}
