import { type DurationMs, type EpochMs, elapsed, epochMs, later, minutes, seconds } from '../../../shared/core/time.ts'
import type { Dice } from '../../support/dice.ts'
import type { Owner, Scheduler } from '../scheduler.ts'
import { type FaultRates, NO_FAULTS } from '../swarm/swarm.ts'

interface Message<Body> {
  readonly body: Body
  readonly storedAt: EpochMs
  readonly visibleAt: EpochMs
  deliveries: number
  /** Deliveries that ended with an instance. Simulated ones die far more often than real ones. */
  deaths: number
  /** Whether a delivery has failed although nothing went wrong any more. */
  hasFailedInCalm: boolean
}

interface Lock {
  readonly holder: Owner
  /** Whether the queue forgets the lock although its holder lives: the holder goes on as a zombie. */
  isLost: boolean
  readonly taken: Message<unknown>
  until: EpochMs
}

/** Handles a message of a session; rejects when it is to be delivered again. */
export type Handler<Body> = (
  session: string,
  body: Body,
  storedAt: EpochMs,
) => { holder: Owner; done: Promise<void> } | undefined

/** A queue with sessions: at least once, one handler per session at a time as long as locks hold, in any order. */
export interface SessionQueue<Body> {
  /** @param at when they are to be there, by the clock of whoever sends them; at once when it is past. */
  send(bodies: readonly Body[], at: EpochMs): void
  /** Every message that was ever in it, as text. */
  readonly seen: readonly string[]
  readonly isEmpty: boolean
  /** How often a message was given to somebody. */
  readonly deliveries: number
}

const LOCK = seconds(60)
const MOST_DELIVERIES = 10
/** A lost lock counts as a delivery; more of them would leave too few for real failures. */
const MOST_LOST = 5
const SOON = seconds(1)

interface Dependencies<Body> {
  readonly name: string
  readonly scheduler: Scheduler
  readonly dice: Dice
  readonly rates: () => FaultRates
  readonly sessionOf: (body: Body) => string
  /** Whether somebody cannot reach the queue at the moment, to keep a lock or to say that they are done. */
  readonly isCut: (holder: Owner) => boolean
  readonly handle: Handler<Body>
}

export function createSessionQueue<Body>(dependencies: Dependencies<Body>): SessionQueue<Body> {
  const { scheduler, dice, rates, sessionOf, isCut, handle } = dependencies
  const queue: Owner = { name: dependencies.name, alive: true }
  const lanes = new Map<string, Message<Body>[]>()
  const locks = new Map<string, Lock>()
  const seen: string[] = []
  const unattended = new Set<string>()
  let deliveries = 0

  const look = (session: string, wait: DurationMs) =>
    void scheduler.call(queue, `looks at ${session.slice(4, 10)}`, () => deliver(session), wait)

  /** @param delay how long it takes beside what was asked for until it can be taken. */
  function put(body: Body, at: EpochMs, delay: DurationMs): void {
    const session = sessionOf(body)
    const lane = lanes.get(session) ?? []
    const storedAt = epochMs(Math.max(scheduler.now(), at))
    const visibleAt = later(storedAt, delay)
    const message = { body, storedAt, visibleAt, deliveries: 0, deaths: 0, hasFailedInCalm: false }
    lane.splice(dice.chance(0.3) ? dice.below(lane.length + 1) : lane.length, 0, message)
    lanes.set(session, lane)
    seen.push(JSON.stringify(body))
    look(session, elapsed(scheduler.now(), visibleAt))
  }

  /** Whether nobody else holds the session; renews the lock of a holder that is well. */
  function isFree(session: string): boolean {
    const lock = locks.get(session)
    if (lock === undefined) return true
    if (lock.until > scheduler.now()) return false
    if (!lock.holder.alive || lock.isLost || isCut(lock.holder)) {
      if (!lock.holder.alive) lock.taken.deaths += 1
      locks.delete(session)
      return true
    }
    lock.until = later(scheduler.now(), LOCK)
    look(session, LOCK)
    return false
  }

  function deliver(session: string): void {
    if (!isFree(session)) return
    const taken = deliverable(session).find(({ visibleAt }) => visibleAt <= scheduler.now())
    if (taken === undefined) return
    const started = handle(session, taken.body, taken.storedAt)
    if (started === undefined) {
      wait(session)
      return
    }
    taken.deliveries += 1
    deliveries += 1
    hold(session, started.holder, taken, started.done)
  }

  /** Nobody is there: one look goes on for all that were to come. */
  function wait(session: string): void {
    if (unattended.has(session)) return
    unattended.add(session)
    const again = () => {
      unattended.delete(session)
      deliver(session)
    }
    void scheduler.call(queue, `waits with ${session.slice(4, 10)}`, again, SOON)
  }

  /** What has failed too often becomes a dead letter, and whoever it was to wake is woken by the schedule. */
  function deliverable(session: string): readonly Message<Body>[] {
    const lane = lanes.get(session) ?? []
    const left = lane.filter(({ deliveries, deaths }) => deliveries - deaths < MOST_DELIVERIES)
    const dead = lane.filter((message) => !left.includes(message))
    if (dead.length === 0) return lane
    scheduler.note(`  ${dead.length} DEAD LETTERS`)
    if (dead.some(({ hasFailedInCalm }) => hasFailedInCalm)) scheduler.violate('a message has failed ten times')
    lanes.set(session, left)
    return left
  }

  function hold(session: string, holder: Owner, taken: Message<Body>, done: Promise<void>): void {
    const isLost = dice.chance(rates().lockLost) && taken.deliveries <= MOST_LOST
    const wait = isLost ? (dice.below(3_000) as DurationMs) : LOCK
    const lock = { holder, isLost, taken, until: later(scheduler.now(), wait) }
    locks.set(session, lock)
    look(session, wait)
    const settle = (isComplete: boolean) => {
      // Who has lost the lock can neither complete nor abandon.
      if (locks.get(session) !== lock || (lock.isLost && lock.until <= scheduler.now())) return
      if (isCut(holder)) {
        lock.isLost = true
        return
      }
      locks.delete(session)
      if (!isComplete && rates() === NO_FAULTS) taken.hasFailedInCalm = true
      if (isComplete)
        lanes.set(
          session,
          (lanes.get(session) ?? []).filter((message) => message !== taken),
        )
      look(session, seconds(0))
    }
    done.then(
      () => settle(true),
      () => settle(false),
    )
  }

  return {
    send(bodies, at) {
      for (const body of bodies)
        for (let copy = dice.chance(rates().queueTwice) ? 2 : 1; copy > 0; copy--) {
          put(body, at, (dice.chance(rates().queueLate) ? dice.below(minutes(2)) : 0) as DurationMs)
        }
    },
    seen,
    get deliveries() {
      return deliveries
    },
    get isEmpty() {
      return [...lanes.values()].every((lane) => lane.length === 0)
    },
  }
}
