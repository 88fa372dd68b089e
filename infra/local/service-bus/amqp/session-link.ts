import rhea, { type Sender } from 'rhea'
import { type DurationMs, type EpochMs, seconds } from '../../../../shared/core/time.ts'
import type { SessionReceiver } from '../model/lane.ts'
import type { Queue } from '../model/queue.ts'
import { Refusal } from '../model/refusal.ts'
import { createOutgoing } from './outgoing.ts'
import type { Peers } from './peers.ts'
import { addressOf, describeAttach, holdAttach, refuseAttach } from './rhea.ts'

export const SESSION_FILTER = 'com.microsoft:session-filter'
const LOCKED_UNTIL = 'com.microsoft:locked-until-utc'
const TIMEOUT = 'com.microsoft:timeout'

/** How long the service looks for a session when the client does not say. */
const DEFAULT_PATIENCE = seconds(65)

/**
 * Serves a receiver of one session. Its attach is answered once it has the session: the name of the session stands in
 * the answer's filter, the end of the lock in its properties.
 * @throws Refusal when it asks for a session that another receiver has; the attach is then still to be answered.
 */
export function attachSession(sender: Sender, queue: Queue, peers: Peers): void {
  const wanted: unknown = sender.source.filter?.[SESSION_FILTER] ?? undefined
  const patience: unknown = sender.properties?.[TIMEOUT] ?? DEFAULT_PATIENCE
  if (!(wanted === undefined || typeof wanted === 'string') || !(Number.isFinite(patience) && Number(patience) >= 0))
    throw new Refusal('com.microsoft:argument-error', 'The session, or the time to wait for one, is none.')
  const address = sender.source.address
  const peer = peers.of(sender.connection)
  let isAnswered = false

  const receiver: SessionReceiver = {
    granted(sessionId, lockedUntil) {
      isAnswered = true
      sender.set_source({ address, filter: { [SESSION_FILTER]: sessionId } })
      sender.set_target(addressOf(sender.target))
      describeAttach(sender, { properties: { [LOCKED_UNTIL]: toTicks(lockedUntil) } })
      sender.open()
    },
    timedOut() {
      isAnswered = true
      refuseAttach(sender, { condition: 'com.microsoft:timeout', description: 'No session had messages in time.' })
    },
    lost() {
      peer.sessionReceivers.delete(sender.name)
      sender.close({ condition: 'com.microsoft:session-lock-lost', description: 'The session lock has expired.' })
    },
    wake: () => outgoing.pump(),
  }
  const outgoing = createOutgoing(sender, queue, () => queue.sessions.laneOf(receiver))

  holdAttach(sender)
  if (typeof wanted === 'string') queue.sessions.accept(wanted, receiver)
  else queue.sessions.acceptNext(receiver, patience as DurationMs)
  peer.sessionReceivers.set(sender.name, receiver)
  peers.onEnd(sender, () => {
    peer.sessionReceivers.delete(sender.name)
    queue.sessions.release(receiver)
    // A detach is answered by an attach and a detach, also when the attach was still held.
    if (!isAnswered) sender.open()
  })
}

/** .NET counts time in units of 100 ns since the year 1; the number is too large for a double, so it goes as bytes. */
function toTicks(at: EpochMs) {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(at) * 10_000n + 621_355_968_000_000_000n)
  return rhea.types.wrap_long(bytes)
}
