import { type Clock, type DurationMs, type EpochMs, later, seconds } from '../../shared/core/time.ts'
import { type Dice, hashOf } from '../support/dice.ts'

/** Who waits: an instance of the service, or the world around it. What a dead one waits for never comes. */
export interface Owner {
  readonly name: string
  alive: boolean
}

/** Thrown by a run that does something no run may do; the message is the report of the seed. */
export class Violation extends Error {
  override readonly name = 'Violation'
}

interface Parked {
  readonly at: EpochMs
  readonly label: string
  readonly owner: Owner
  release(): void
}

export interface Scheduler {
  now(): EpochMs
  clock(owner: Owner): Clock
  /**
   * A scheduling point: parks the caller, and does `effect` when it is chosen, `delay` of virtual time later or more.
   * When the owner is dead by then, nobody hears of the result.
   */
  call<T>(owner: Owner, label: string, effect: () => T | Promise<T>, delay?: DurationMs): Promise<T>
  /** Ends an owner at the point where it is: each of its parked calls still reaches the other side, or does not. */
  kill(owner: Owner): void
  /** Runs what can run, one point after the other, until `isDone`, or until nothing happens before `horizon`. */
  run(horizon: EpochMs, isDone?: () => boolean): Promise<void>
  /** Adds a line to the story of the run. */
  note(text: string): void
  /** Ends the run with a finding: its next step throws it. */
  violate(what: string): void
  readonly steps: number
  /** Over the sequence of released points and their times. */
  readonly hash: number
  /** The story so far; empty unless it is recorded. */
  readonly story: readonly string[]
  /** Called before each release; where crashes come from. */
  beforeStep: () => void
}

/** More than any run needs: what exceeds it does not end. */
const MOST_STEPS = 200_000

export function createScheduler(start: EpochMs, dice: Dice, recordsStory: boolean): Scheduler {
  let now = start
  let parked: Parked[] = []
  let steps = 0
  let hash = hashOf('')
  let violation: Violation | undefined
  const story: string[] = []
  const note = (text: string) => {
    if (recordsStory) story.push(`${new Date(now).toISOString().slice(5, 23)} ${text}`)
  }

  function call<T>(
    owner: Owner,
    label: string,
    effect: () => T | Promise<T>,
    delay: DurationMs = seconds(0),
  ): Promise<T> {
    if (!owner.alive) return never()
    return new Promise((resolve, reject) => {
      const heard = (tell: () => void) => owner.alive && tell()
      const release = () =>
        void attempt(effect).then(
          (result) => heard(() => resolve(result)),
          (error: unknown) => heard(() => reject(error)),
        )
      parked.push({ at: later(now, delay), label, owner, release })
    })
  }

  function release(one: Parked): void {
    parked.splice(parked.indexOf(one), 1)
    const label = `${one.owner.name} ${one.label}`
    steps += 1
    hash = hashOf(`${now} ${label}`, hash)
    note(label)
    one.release()
  }

  /** The next point; time moves on only when nothing can happen now. */
  function next(horizon: EpochMs): Parked | undefined {
    let first = Number.POSITIVE_INFINITY as EpochMs
    for (const { at } of parked) if (at < first) first = at
    if (parked.length === 0 || first > horizon) return undefined
    if (first > now) now = first
    return dice.pick(parked.filter(({ at }) => at <= now))
  }

  const scheduler: Scheduler = {
    now: () => now,
    clock: (owner) => ({ now: () => now, sleep: (duration) => call(owner, 'sleep', () => undefined, duration) }),
    call,
    kill(owner) {
      owner.alive = false
      note(`${owner.name} CRASHES`)
      const lost = parked.filter((one) => one.owner === owner)
      parked = parked.filter((one) => one.owner !== owner)
      for (const one of lost)
        if (dice.chance(0.5)) {
          note(`${owner.name} ${one.label} (sent before the crash)`)
          one.release()
        }
    },
    async run(horizon, isDone = () => false) {
      for (;;) {
        await settled()
        if (steps > MOST_STEPS) scheduler.violate(`does not end: ${steps} steps`)
        if (violation !== undefined) throw violation
        if (isDone()) return
        scheduler.beforeStep()
        const one = next(horizon)
        if (one === undefined) {
          if (horizon > now && Number.isFinite(horizon)) now = horizon
          return
        }
        release(one)
      }
    },
    note,
    violate(what) {
      note(`VIOLATION ${what}`)
      violation ??= new Violation(what)
    },
    get steps() {
      return steps
    },
    get hash() {
      return hash
    },
    story,
    beforeStep: () => undefined,
  }
  return scheduler
}

const never = <T>(): Promise<T> => new Promise(() => undefined)

const attempt = async <T>(effect: () => T | Promise<T>): Promise<T> => effect()

/** Lets everything that can run without a scheduling point run to its end. */
async function settled(): Promise<void> {
  for (let round = 0; round < 2; round++) await new Promise((resolve) => setImmediate(resolve))
}
