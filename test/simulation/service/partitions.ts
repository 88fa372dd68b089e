import { type DurationMs, later, minutes } from '../../../shared/core/time.ts'
import type { Dice } from '../../support/dice.ts'
import type { Owner, Scheduler } from '../scheduler.ts'

/** What an instance may be cut off from. */
const TARGETS = ['tables', 'queue', 'graph', 'vault', 'receivers'] as const
export type Target = (typeof TARGETS)[number]

/** Which instance cannot reach what at the moment. */
export interface Partitions {
  isCut(owner: Owner, target: Target): boolean
  /** Cuts off some instance now and then. @param names of those there are. */
  work(names: () => readonly string[]): Promise<void>
  heal(): void
}

interface Dependencies {
  readonly scheduler: Scheduler
  readonly dice: Dice
  /** How often. */
  readonly times: number
}

export function createPartitions({ scheduler, dice, times }: Dependencies): Partitions {
  const network: Owner = { name: 'network', alive: true }
  const until = new Map<string, number>()

  function cut(names: readonly string[]): void {
    if (names.length === 0) return
    const [name, target] = [dice.pick(names), dice.pick(TARGETS)]
    const wait = dice.pick([10_000, 60_000, 600_000, 3_600_000])
    scheduler.note(`${name} CANNOT REACH ${target} for ${wait / 1_000} s`)
    until.set(`${name} ${target}`, later(scheduler.now(), wait as DurationMs))
  }

  return {
    isCut: ({ name }, target) => (until.get(`${name} ${target}`) ?? 0) > scheduler.now(),
    async work(names) {
      for (let done = 0; done < times; done++) {
        const pause = dice.below(dice.pick([minutes(1), minutes(20)])) as DurationMs
        await scheduler.call(network, 'breaks', () => cut(names()), pause)
      }
    },
    heal: () => until.clear(),
  }
}
