import { createHash } from 'node:crypto'
import type { CalendarEvent } from '../events/event.ts'

/**
 * A short digest of what an event says. Version tags and change times are left out: Exchange bumps them without any
 * change that a person could see. Kept inside sealed rows only, because a digest of short text can be guessed.
 */
export function digestOf({
  etag: _etag,
  changedAt: _changedAt,
  createdAt: _createdAt,
  ...content
}: CalendarEvent): string {
  return digestOfValue(content)
}

/** The same for any value: equal values give equal digests, whatever the order of their keys. */
export const digestOfValue = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('base64url')
    .slice(0, 16)

/** The same value with its keys in one order, so that equal contents give equal digests. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]))
}
