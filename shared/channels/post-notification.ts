import type { Log } from '../core/log.ts'
import { type Clock, elapsed } from '../core/time.ts'
import type { Integrator } from '../integrators/integrator.ts'
import type { Channel, Told } from './channel.ts'
import type { Notification } from './notices.ts'
import type { Delivery, Post } from './ports.ts'
import { notificationId, signatureHeaders } from './sign.ts'

export interface PostNotificationDependencies {
  readonly post: Post
  /** A channel as integrators see it. */
  readonly describe: (channel: Channel) => object
  readonly clock: Clock
  readonly log: Log
}

/** Who is told, and of which account. */
export interface Receiver {
  readonly account: string
  readonly channel: Channel
  readonly integrator: Pick<Integrator, 'secrets'>
}

/** Sends a notification once, signed, and logs what came of it. @param told how far it goes. */
export async function postNotification(
  { post, describe, clock, log }: PostNotificationDependencies,
  { account, channel, integrator }: Receiver,
  notification: Notification,
  told: Told,
): Promise<Delivery> {
  const body = JSON.stringify({ notification, channel: describe(channel) })
  const at = clock.now()
  const id = notificationId(channel, body, told)
  const signed = signatureHeaders({ id, body, at }, integrator.secrets)
  const headers = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Microsoft-365-Sync', ...signed }
  const delivery = await post(channel.callbackUrl, headers, body)
  const [outcome, durationMs] = [outcomeOf(delivery), elapsed(at, clock.now())]
  log('info', 'channel-told', { account, channel: channel.id, type: notification.type, outcome, durationMs })
  return delivery
}

/** `http_<status>`, or why there was no answer. */
export const outcomeOf = (delivery: Delivery): string =>
  delivery.kind === 'answered' ? `http_${delivery.status}` : delivery.reason
