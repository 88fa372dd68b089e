import { type DurationMs, type EpochMs, later, minutes, seconds } from '../../shared/core/time.ts'
import type { WakeUp } from '../../shared/messaging/wake-up.ts'
import type { Dice } from './dice.ts'
import type { Owner, Scheduler } from './scheduler.ts'
import type { FaultRates } from './swarm.ts'

interface Message {
  readonly body: WakeUp
  readonly visibleAt: EpochMs
  deliveries: number
}

interface Lock {
  readonly holder: Owner
  /** Whether the queue forgets the lock although its holder lives: the holder goes on as a zombie. */
  readonly isLost: boolean
  until: EpochMs
}

/** Handles the messages of one session; rejects when they are to be delivered again. */
export type Handler = (
  account: string,
  wakeUps: readonly WakeUp[],
) => { holder: Owner; done: Promise<void> } | undefined

/** The queue `mailbox`: at least once, one handler per session at a time as long as locks hold, in any order. */
export interface SessionQueue {
  send(wakeUps: readonly WakeUp[], wait: DurationMs): void
  /** Every message that was ever in it, as text. */
  readonly seen: readonly string[]
  readonly isEmpty: boolean
}

const LOCK = seconds(60)
const MOST_DELIVERIES = 10
/** A lost lock counts as a delivery; more of them would leave too few for real failures. */
const MOST_LOST = 5
const SOON = seconds(1)

interface Dependencies {
  readonly scheduler: Scheduler
  readonly dice: Dice
  readonly rates: () => FaultRates
  readonly handle: Handler
}

export function createSessionQueue({ scheduler, dice, rates, handle }: Dependencies): SessionQueue {
  const queue: Owner = { name: 'queue', alive: true }
  const lanes = new Map<string, Message[]>()
  const locks = new Map<string, Lock>()
  const seen: string[] = []

  const look = (account: string, wait: DurationMs) =>
    void scheduler.call(queue, `looks at ${account.slice(4, 10)}`, () => deliver(account), wait)

  function put(body: WakeUp, wait: DurationMs): void {
    const lane = lanes.get(body.account) ?? []
    const message = { body, visibleAt: later(scheduler.now(), wait), deliveries: 0 }
    lane.splice(dice.chance(0.3) ? dice.below(lane.length + 1) : lane.length, 0, message)
    lanes.set(body.account, lane)
    seen.push(JSON.stringify(body))
    look(body.account, wait)
  }

  /** Whether nobody else holds the session; renews the lock of a holder that is well. */
  function isFree(account: string): boolean {
    const lock = locks.get(account)
    if (lock === undefined) return true
    if (lock.until > scheduler.now()) return false
    if (!lock.holder.alive || lock.isLost) return true
    lock.until = later(scheduler.now(), LOCK)
    look(account, LOCK)
    return false
  }

  function deliver(account: string): void {
    const taken = (lanes.get(account) ?? []).filter(({ visibleAt }) => visibleAt <= scheduler.now())
    if (taken.length === 0 || !isFree(account)) return
    const started = handle(
      account,
      taken.map(({ body }) => body),
    )
    if (started === undefined) {
      look(account, SOON)
      return
    }
    for (const message of taken) count(message)
    hold(account, started.holder, taken, started.done)
  }

  function count(message: Message): void {
    message.deliveries += 1
    if (message.deliveries > MOST_DELIVERIES) scheduler.violate('a message was delivered more than ten times')
  }

  function hold(account: string, holder: Owner, taken: readonly Message[], done: Promise<void>): void {
    const isLost = dice.chance(rates().lockLost) && taken.every(({ deliveries }) => deliveries <= MOST_LOST)
    const wait = isLost ? (dice.below(3_000) as DurationMs) : LOCK
    const lock = { holder, isLost, until: later(scheduler.now(), wait) }
    locks.set(account, lock)
    look(account, wait)
    const settle = (isComplete: boolean) => {
      // Who has lost the lock can neither complete nor abandon.
      if (locks.get(account) !== lock || (lock.isLost && lock.until <= scheduler.now())) return
      locks.delete(account)
      if (isComplete)
        lanes.set(
          account,
          (lanes.get(account) ?? []).filter((message) => !taken.includes(message)),
        )
      look(account, seconds(0))
    }
    done.then(
      () => settle(true),
      () => settle(false),
    )
  }

  return {
    send(wakeUps, wait) {
      for (const body of wakeUps)
        for (let copy = dice.chance(rates().queueTwice) ? 2 : 1; copy > 0; copy--) {
          const delay = dice.chance(rates().queueLate) ? dice.below(minutes(2)) : 0
          put(body, (wait + delay) as DurationMs)
        }
    },
    seen,
    get isEmpty() {
      return [...lanes.values()].every((lane) => lane.length === 0)
    },
  }
}
