import { asSyncError } from '../core/errors.ts'
import { failureFacts } from '../core/log.ts'
import type { StoredChannel } from './channel.ts'
import type { NotifyDependencies } from './notify-channel.ts'
import { type PostNotificationDependencies, postNotification } from './post-notification.ts'

type Dependencies = PostNotificationDependencies & Pick<NotifyDependencies, 'owners'>

/** Receivers that are asked at once. */
const AT_ONCE = 16

/**
 * Tells the open channels of an account that ends that the person is connected no more, each once: whoever has copies of
 * an erased person's data is to hear of it (GDPR article 19). One that does not answer learns it from its next request.
 * Never throws for a receiver's sake, nor for that of an integrator that cannot be read: an ending waits for neither.
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

async function tell(dependencies: Dependencies, account: string, { channel }: StoredChannel): Promise<void> {
  const integrator = await ownerOf(dependencies, account, channel)
  if (integrator === undefined) return
  const told = { ...channel.told, connected: false }
  await postNotification(dependencies, { account, channel, integrator }, { type: 'profile_disconnected' }, told)
}

/** @throws SyncError what goes by itself. */
async function ownerOf({ owners, log }: Dependencies, account: string, { id, integrator }: StoredChannel['channel']) {
  return owners.find(integrator).catch((error: unknown) => {
    const failed = asSyncError(error)
    if (failed.failure.retry === 'later') throw failed
    log('error', 'channel-not-told', { account, channel: id, ...failureFacts(failed) })
    return undefined
  })
}
