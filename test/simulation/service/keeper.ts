import { type DurationMs, minutes, seconds } from '../../../shared/core/time.ts'
import type { Service } from '../../../shared/service.ts'
import type { Dice } from '../../support/dice.ts'
import type { MemoryVault } from '../../support/memory-vault.ts'
import type { Inspector } from '../judging/inspector.ts'
import type { Owner, Scheduler } from '../scheduler.ts'
import type { Cluster } from './cluster.ts'

/** Whoever looks after the keys: makes new versions, moves the key record to them, and disables old ones too early. */
export interface Keeper {
  work(): Promise<void>
  /** Enables what was disabled, and moves the record to the newest versions. */
  end(): Promise<void>
}

interface Dependencies {
  readonly scheduler: Scheduler
  readonly dice: Dice
  /** How often. */
  readonly times: number
  readonly vault: MemoryVault
  readonly cluster: Cluster
}

const ROLES = ['wrapping', 'signing'] as const
const DISABLED_FOR = [seconds(30), minutes(10), minutes(75)] as const

export function createKeeper({ scheduler, dice, times, vault, cluster }: Dependencies): Keeper {
  const owner: Owner = { name: 'keeper', alive: true }
  const clock = scheduler.clock(owner)

  const ask = (label: string, use: (service: Service) => Promise<unknown>) =>
    cluster.askPatiently(owner, label, use).catch((error: unknown) => void scheduler.note(`  keys: ${error}`))

  async function rotate(): Promise<void> {
    for (const role of ROLES) if (dice.chance(0.7)) scheduler.note(`  THE VAULT HAS ${vault.rotate(role)}`)
  }

  const rewrap = () => ask('rewraps', ({ keys }) => keys.rewrap())
  const renew = () => ask('renews', ({ keys }) => keys.renewAll())

  /** Somebody has not waited until no record needs them. */
  async function disableEarly(): Promise<void> {
    const current = await vault.current()
    await rotate()
    for (const role of ROLES) if (dice.chance(0.6)) vault.disabled.add(current[role])
    scheduler.note(`  DISABLED: ${[...vault.disabled]}`)
    await clock.sleep(dice.below(dice.pick(DISABLED_FOR)) as DurationMs)
    scheduler.note('  ENABLED AGAIN')
    vault.disabled.clear()
  }

  const DEEDS = [rotate, rewrap, renew, renew, disableEarly] as const

  return {
    async work() {
      for (let done = 0; done < times; done++) {
        await clock.sleep(dice.below(dice.pick([minutes(1), minutes(20), minutes(50)])) as DurationMs)
        await dice.pick(DEEDS)()
      }
    },
    async end() {
      if (times === 0) return
      vault.disabled.clear()
      while ((await rewrap()) === undefined) await clock.sleep(minutes(1))
    },
  }
}

/** K5: what was rotated is read by whoever starts with the newest versions of the vault's keys alone. */
export async function readsWithNewest(
  vault: MemoryVault,
  inspect: () => Promise<Inspector>,
): Promise<readonly string[]> {
  const { wrapping, signing } = await vault.current()
  for (const [name, current] of Object.entries({ wrapping, signing }))
    for (let version = 1; `${name}-key/${version}` !== current; version++) vault.disabled.add(`${name}-key/${version}`)
  try {
    await inspect()
    return []
  } catch (error) {
    return [`K5: an older version of the vault's keys is needed: ${error}`]
  } finally {
    vault.disabled.clear()
  }
}
