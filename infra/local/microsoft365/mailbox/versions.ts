import { createHash } from 'node:crypto'
import type { Item } from './event.ts'

/**
 * What an event's version is called outside: plain base64, with `/` and `+`, as Exchange makes it. All parts of a
 * series share the series' version.
 */
export function changeKeyOf(item: Item): string {
  const etag = item.verbatim?.['@odata.etag']
  if (typeof etag === 'string') return etag.slice('W/"'.length, -1)
  return createHash('sha256').update(`${item.id} ${item.version}`).digest().subarray(0, 20).toString('base64')
}

export const etagOf = (item: Item): string => `W/"${changeKeyOf(item)}"`
