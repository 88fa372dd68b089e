import type { Clock, EpochMs } from '../core/time.ts'
import type { DeadLetter, DeadLetters, QueueName } from '../messaging/dead-letters.ts'
import type { QueueLoad, Queues } from '../messaging/queues.ts'
import type { StoredSchedule } from '../storage/schedule.ts'
import type { Operations } from './operations.ts'

/** What whoever operates the service may look at without any key: when the vault does not answer, it is asked for most. */
export interface Watch {
  /** @throws SyncError `STORAGE_UNAVAILABLE`. */
  readonly status: Operations['status']
  /** @throws SyncError `QUEUE_UNAVAILABLE`. */
  deadLetters(queue?: QueueName): Promise<readonly DeadLetter[]>
  /** What there is still to do. @throws SyncError `QUEUE_UNAVAILABLE`, `STORAGE_UNAVAILABLE`. */
  unfinished(): Promise<Unfinished>
}

export interface Unfinished {
  readonly queues: readonly QueueLoad[]
  /** The planned visit that should have been for longest, of those that should have been. */
  readonly overdueSince: EpochMs | undefined
}

export interface WatchDependencies {
  readonly operations: Pick<Operations, 'status'>
  readonly deadLetters: DeadLetters
  readonly queues: Pick<Queues, 'loads'>
  readonly schedule: Pick<StoredSchedule, 'oldestDue'>
  readonly clock: Clock
}

export const createWatch = ({ operations, deadLetters, queues, schedule, clock }: WatchDependencies): Watch => ({
  status: operations.status,
  deadLetters: async (queue) => ofQueue(await deadLetters.list(), queue),
  async unfinished() {
    const [loads, overdueSince] = await Promise.all([queues.loads(), schedule.oldestDue(clock.now())])
    return { queues: loads, overdueSince }
  },
})

export const ofQueue = (letters: readonly DeadLetter[], queue: QueueName | undefined) =>
  letters.filter((letter) => queue === undefined || letter.queue === queue)
