import { createHmac, timingSafeEqual } from 'node:crypto'
import type { EpochMs } from '../../../../shared/core/time.ts'
import { Refusal } from '../model/refusal.ts'

/** What opens a namespace. */
export interface AccessKey {
  name: string
  key: string
  /** Whether an identity's token opens it too; without it none does. */
  accepts?: (token: string) => boolean
}

/**
 * Checks an identity's token, or a shared access signature, as the service does: known key, true signature, not expired, made for `audience`.
 * @returns the path below the namespace that it opens (`mailbox`, or empty for all).
 * @throws Refusal `amqp:unauthorized-access`.
 * @see https://learn.microsoft.com/rest/api/eventhub/generate-sas-token
 */
export function openedPath(token: unknown, audience: unknown, access: AccessKey, now: EpochMs): string {
  if (typeof token !== 'string') throw refused()
  if (access.accepts?.(token) === true) return pathOf(audience)
  const [scheme, query] = token.split(' ')
  const fields = new URLSearchParams(query)
  const resource = rawField(query, 'sr')
  const expiry = fields.get('se') ?? ''
  const good =
    scheme === 'SharedAccessSignature' &&
    fields.get('skn') === access.name &&
    isSame(fields.get('sig'), sign(`${resource}\n${expiry}`, access.key)) &&
    Number(expiry) * 1000 > now &&
    isEqualDecoded(resource, audience)
  if (!good) throw refused()
  return pathOf(audience)
}

function pathOf(audience: unknown): string {
  if (typeof audience !== 'string' || !URL.canParse(audience)) throw refused()
  return new URL(audience).pathname.slice(1).toLowerCase()
}

const refused = () => new Refusal('amqp:unauthorized-access', 'The token is not valid: signature, expiry or audience.')

function isEqualDecoded(resource: string, audience: unknown): boolean {
  try {
    return decodeURIComponent(resource) === audience
  } catch {
    return false
  }
}

const sign = (text: string, key: string): string => createHmac('sha256', key).update(text).digest('base64')

// The signature covers the resource as it was encoded, so it must not be decoded and encoded again.
const rawField = (query = '', name: string): string =>
  query
    .split('&')
    .find((field) => field.startsWith(`${name}=`))
    ?.slice(name.length + 1) ?? ''

function isSame(given: string | null, expected: string): boolean {
  const [one, other] = [Buffer.from(given ?? ''), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}
