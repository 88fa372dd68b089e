import { timingSafeEqual } from 'node:crypto'
import * as z from 'zod'
import { SyncError } from '../../core/errors.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import { Instant } from '../../storage/accounts/kinds.ts'
import type { EventsQuery } from './events-query.ts'

/** Where the next page begins: the query, and the last event of the page before by start and key. */
export interface PagePosition {
  readonly query: EventsQuery
  readonly page: number
  readonly after: { readonly start: number; readonly key: string }
}

const Position: z.ZodType<PagePosition> = z.object({
  query: z.object({
    zone: z.string(),
    from: Instant.optional(),
    to: Instant.optional(),
    calendars: z.array(z.string()).readonly(),
    includeDeleted: z.boolean(),
    localizedTimes: z.boolean(),
    lastModified: Instant.optional(),
  }),
  page: z.number().int(),
  after: z.object({ start: z.number(), key: z.string() }),
})

/** A page token is part of a path, because existing clients append a query to whatever address they are given. */
export function encodePageToken(blind: BlindIndex, account: string, position: PagePosition): string {
  const text = Buffer.from(JSON.stringify(position)).toString('base64url')
  return `${text}.${Buffer.from(blind.mac('token', 'page', account, text)).toString('base64url')}`
}

/** @throws SyncError `NOT_FOUND` for a token that is not ours, or is another account's. */
export function decodePageToken(blind: BlindIndex, account: string, token: string): PagePosition {
  const [text = '', mac = ''] = token.split('.')
  const given = Buffer.from(mac, 'base64url')
  const expected = blind.mac('token', 'page', account, text)
  const genuine = given.length === expected.length && timingSafeEqual(given, expected)
  const parsed = genuine ? Position.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString())) : undefined
  if (!parsed?.success) throw new SyncError('NOT_FOUND', 'no such page')
  return parsed.data
}
