import { type EpochMs, epochMs, later, minutes } from '../../../shared/core/time.ts'
import type { Scheduler } from '../scheduler.ts'

/** Sees to it that nobody's mailbox is asked for anything once nothing of them is left with us (K7). */
export interface Farewell {
  /** All that a person had with us is gone. */
  left(oid: string): void
  /** A person signs in, and is with us again. */
  signsIn(oid: string): void
  /** A request with a person's token is about to be sent. */
  sends(oid: string): void
}

/** Longer than a handler goes on that was overtaken, and than a sign-in takes until it is stored. */
const LATEST = minutes(5)

export function watchFarewells({ now, violate }: Pick<Scheduler, 'now' | 'violate'>): Farewell {
  const leftAt = new Map<string, EpochMs>()
  const signedInAt = new Map<string, EpochMs>()
  const isBack = (oid: string, left: EpochMs) => later(signedInAt.get(oid) ?? epochMs(0), LATEST) > left
  return {
    left: (oid) => void leftAt.set(oid, now()),
    signsIn: (oid) => void signedInAt.set(oid, now()),
    sends(oid) {
      const left = leftAt.get(oid)
      if (left !== undefined && later(left, LATEST) < now() && !isBack(oid, left))
        violate('K7: the mailbox of somebody who has left is asked for something')
    },
  }
}
