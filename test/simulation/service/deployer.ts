import { type DurationMs, minutes, seconds } from '../../../shared/core/time.ts'
import type { Dice } from '../../support/dice.ts'
import type { Owner, Scheduler } from '../scheduler.ts'
import type { Cluster } from './cluster.ts'
import { CURRENT, type Release } from './newer-release.ts'

interface Dependencies {
  readonly scheduler: Scheduler
  readonly dice: Dice
  readonly times: number
  readonly newer: Release
  readonly cluster: Cluster
}

/** Deploys the next release, and rolls it back, one instance after the other. */
export async function deploy({ scheduler, dice, times, newer, cluster }: Dependencies): Promise<void> {
  const owner: Owner = { name: 'deployer', alive: true }
  const clock = scheduler.clock(owner)
  for (let done = 0; done < times; done++) {
    const release = done % 2 === 0 ? newer : CURRENT
    await clock.sleep(dice.below(dice.pick([seconds(30), minutes(10)])) as DurationMs)
    for (let count = cluster.names().length; count > 0; count--) {
      cluster.replace(release)
      await clock.sleep(dice.below(dice.pick([seconds(2), minutes(2)])) as DurationMs)
    }
  }
}
