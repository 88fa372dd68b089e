import { timingSafeEqual } from 'node:crypto'
import * as z from 'zod'
import { SyncError } from '../../core/errors.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import type { Grant } from '../../integrators/grant.ts'
import { Instant } from '../../storage/accounts/kinds.ts'
import type { EventsQuery } from './events-query.ts'

/** Who reads: an integrator, with an account's consent. */
export type Reader = Pick<Grant, 'accountId' | 'clientId'>

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
    managed: z.enum(['without', 'with', 'only']),
    localizedTimes: z.boolean(),
    lastModified: Instant.optional(),
  }),
  page: z.number().int(),
  after: z.object({ start: z.number(), key: z.string() }),
})

/** A page token is part of a path, because existing clients append a query to whatever address they are given. */
export function encodePageToken(blind: BlindIndex, reader: Reader, position: PagePosition): string {
  const text = Buffer.from(JSON.stringify(position)).toString('base64url')
  return `${text}.${Buffer.from(macOf(blind, reader, text)).toString('base64url')}`
}

const macOf = (blind: BlindIndex, { accountId, clientId }: Reader, text: string): Uint8Array =>
  blind.mac('token', 'page', accountId, clientId, text)

/** @throws SyncError `NOT_FOUND` for a token that is not ours, or is another account's or integrator's. */
export function decodePageToken(blind: BlindIndex, reader: Reader, token: string): PagePosition {
  const [text = '', mac = ''] = token.split('.')
  const given = Buffer.from(mac, 'base64url')
  const expected = macOf(blind, reader, text)
  const genuine = given.length === expected.length && timingSafeEqual(given, expected)
  const parsed = genuine ? Position.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString())) : undefined
  if (!parsed?.success) throw new SyncError('NOT_FOUND', 'no such page')
  return parsed.data
}
