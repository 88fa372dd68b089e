import { createHash, createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import type { EpochMs } from '../core/time.ts'
import type { Channel, Told } from './channel.ts'

/** What a receiver can check a notification with. */
export interface Signed {
  /** The same for each delivery of the same content, and no other. */
  readonly id: string
  readonly body: string
  readonly at: EpochMs
}

/**
 * The headers that prove who sent a notification, with one signature for each active secret: HMAC-SHA256 over the body
 * alone as clients of the integrator API check it, and the signed time and id of Standard Webhooks. Both use the bytes of
 * the client secret as they are.
 */
export function signatureHeaders(
  { id, body, at }: Signed,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const sentAt = new Date(at)
  return {
    'Cronofy-HMAC-SHA256': secrets.map((secret) => hmacOf(body, secret)).join(','),
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at / 1000)),
    'webhook-signature': secrets
      .map((secret) => new Webhook(secret, { format: 'raw' }).sign(id, sentAt, body))
      .join(' '),
  }
}

export const hmacOf = (body: string, secret: string): string =>
  createHmac('sha256', secret).update(body, 'utf8').digest('base64')

/**
 * The same for each delivery of the same notification.
 * @param told how far the notification goes: the same words about more changes are another notification.
 */
export const notificationId = ({ id, createdAt }: Channel, body: string, told: Told): string =>
  `msg_${createHash('sha256')
    .update(JSON.stringify([id, createdAt, body, told]))
    .digest('base64url')
    .slice(0, 22)}`
