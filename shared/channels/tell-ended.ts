import { elapsed } from '../core/time.ts'
import type { StoredChannel } from './channel.ts'
import type { NotifyDependencies } from './notify-channel.ts'
import { notificationId, signatureHeaders } from './sign.ts'

type Dependencies = Pick<NotifyDependencies, 'owners' | 'post' | 'describe' | 'clock' | 'log'>

/** Receivers that are asked at once. */
const AT_ONCE = 16

/**
 * Tells the open channels of an account that ends that the person is connected no more, each once: whoever has copies of
 * an erased person's data is to hear of it (GDPR article 19). One that does not answer learns it from its next request.
 * Never throws for a receiver's sake.
 */
export async function tellEnded(
  dependencies: Dependencies,
  account: string,
  channels: readonly StoredChannel[],
): Promise<void> {
  const open = channels.filter(({ channel }) => channel.closed === undefined)
  for (let at = 0; at < open.length; at += AT_ONCE)
    await Promise.all(open.slice(at, at + AT_ONCE).map((one) => tell(dependencies, account, one)))
}

async function tell(
  { owners, post, describe, clock, log }: Dependencies,
  account: string,
  { channel }: StoredChannel,
): Promise<void> {
  const integrator = await owners.find(channel.integrator)
  if (integrator === undefined) return
  const at = clock.now()
  const type = 'profile_disconnected'
  const body = JSON.stringify({ notification: { type }, channel: describe(channel) })
  const id = notificationId(channel, body, { ...channel.told, connected: false })
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Microsoft-365-Sync',
    ...signatureHeaders({ id, body, at }, integrator.secrets),
  }
  const delivery = await post(channel.callbackUrl, headers, body)
  const outcome = delivery.kind === 'answered' ? `http_${delivery.status}` : delivery.reason
  log('info', 'channel-told', { account, channel: channel.id, type, outcome, durationMs: elapsed(at, clock.now()) })
}
