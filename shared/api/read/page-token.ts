import * as z from 'zod'
import { SyncError } from '../../core/errors.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import { sameText } from '../../crypto/same-text.ts'
import type { Grant } from '../../integrators/grant.ts'
import { Instant } from '../../storage/instant.ts'
import type { ScheduleQuery } from './schedule-query.ts'

/** Who reads: an integrator, with an account's consent. */
export type Reader = Pick<Grant, 'accountId' | 'clientId'>

/** Where a page begins. */
export interface PagePosition {
  readonly query: ScheduleQuery
  /** Counted from 1. */
  readonly page: number
  /** The key that the page before came to; empty for the first page. */
  readonly after: string
  /** Marks of the events that the first page told of before Microsoft had them. */
  readonly told: readonly string[]
}

const Flag = z.boolean()

const Position: z.ZodType<PagePosition> = z.object({
  query: z.object({
    zone: z.string(),
    from: Instant.optional(),
    to: Instant.optional(),
    calendars: z.array(z.string()).readonly(),
    includeDeleted: Flag,
    includeMoved: Flag,
    managed: z.enum(['without', 'with', 'only']),
    localizedTimes: Flag,
    lastModified: Instant.optional(),
    includeGeo: Flag,
    freeBusy: z.object({ includeIds: Flag, includeFree: Flag }).optional(),
  }),
  page: z.number().int(),
  after: z.string(),
  told: z.array(z.string()).readonly(),
})

/**
 * A page token is part of a path, because existing clients append a query to whatever address they are given. It holds
 * where the page begins and nothing that ends, so it is good for as long as the grant is.
 */
export function encodePageToken(blind: BlindIndex, reader: Reader, position: PagePosition): string {
  return sealed(blind, reader, Buffer.from(JSON.stringify(position)).toString('base64url'))
}

function sealed(blind: BlindIndex, { accountId, clientId }: Reader, text: string): string {
  const mac = blind.mac('token', 'page', accountId, clientId, text)
  return `${text}.${Buffer.from(mac).toString('base64url')}`
}

/** @throws SyncError `NOT_FOUND` for a token that is not ours, or is another account's or integrator's. */
export function decodePageToken(blind: BlindIndex, reader: Reader, token: string): PagePosition {
  const [text = ''] = token.split('.')
  // Compared as it was written: base64 has several ways to write the same bytes.
  const isGenuine = sameText(token, sealed(blind, reader, text))
  const parsed = isGenuine ? Position.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString())) : undefined
  if (!parsed?.success) throw new SyncError('NOT_FOUND', 'no such page')
  return parsed.data
}
