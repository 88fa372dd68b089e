import type { ServiceBusClient } from '@azure/service-bus'
import { type Clock, type EpochMs, epochMs } from '../core/time.ts'
import { type Patient, type QueueConnection, withQueues } from './connection.ts'
import { peekAll, QUEUES, type QueueName } from './dead-letters.ts'
import { type Replayed, replayQueue } from './replay.ts'

/** What is in a queue now. */
export interface QueueLoad {
  readonly queue: QueueName
  /** Waiting or being handled; counted up to a thousand. */
  readonly active: number
  /** To be handled at a time of their own; counted with the others. */
  readonly scheduled: number
  /** When the oldest of the active ones came. */
  readonly oldestAt?: EpochMs | undefined
}

/** What an operator may do with our queues. */
export interface Queues {
  /**
   * Looks and takes nothing. Service Bus lets the messages of all sessions be looked at without a session, but does not
   * promise to show each at each look: believe that a queue is empty when it was so twice.
   * @throws SyncError `QUEUE_UNAVAILABLE`.
   */
  loads(): Promise<readonly QueueLoad[]>
  /**
   * Wakes the accounts and channels of the messages that were given up, and removes those messages. What is no wake-up
   * stays. A wake-up is sent before its message is removed, and who is woken twice is visited to no effect; so it may be
   * repeated, at any time and after any end, and be run twice at once.
   * @throws SyncError `QUEUE_UNAVAILABLE`; perhaps some were sent.
   */
  replay(queue?: QueueName): Promise<readonly Replayed[]>
}

/** @param connection is opened for each call and closed again. */
export const createQueues = (connection: QueueConnection, clock: Clock): Queues => ({
  loads: () =>
    withQueues(connection, clock, async (client, patient) => {
      const loads: QueueLoad[] = []
      for (const queue of names()) loads.push(await loadOf(client, queue, patient))
      return loads
    }),
  replay: (queue) =>
    withQueues(connection, clock, async (client, patient) => {
      const done: Replayed[] = []
      for (const name of names())
        if (queue === undefined || queue === name) done.push(await replayQueue(client, name, patient))
      return done
    }),
})

const names = () => Object.keys(QUEUES) as QueueName[]

async function loadOf(client: ServiceBusClient, queue: QueueName, patient: Patient): Promise<QueueLoad> {
  const found = await peekAll(client.createReceiver(queue), patient)
  const active = found.filter(({ state }) => state !== 'scheduled')
  const times = active.flatMap(({ enqueuedTimeUtc }) => enqueuedTimeUtc?.getTime() ?? [])
  const oldestAt = times.length === 0 ? undefined : epochMs(Math.min(...times))
  return { queue, active: active.length, scheduled: found.length - active.length, oldestAt }
}
