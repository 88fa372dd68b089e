import { type DurationMs, minutes } from '../../../shared/core/time.ts'
import type { Properties, StoredRow } from '../../../shared/storage/table.ts'
import type { Dice } from '../../support/dice.ts'
import type { MemoryTables } from '../../support/memory-tables.ts'
import type { Owner, Scheduler } from '../scheduler.ts'

interface Dependencies {
  readonly scheduler: Scheduler
  readonly dice: Dice
  /** How often. */
  readonly times: number
  /** What is stored, past everything that watches. */
  readonly tables: MemoryTables
}

/** Rows of an account that Microsoft can tell again, so that nobody may notice that they were damaged. */
const LEARNT = /^(state\.(calendar\.|actions)|index\.|series\.)/

/** Changes bytes of rows now and then, without their keys (K1). */
export async function damageRows({ scheduler, dice, times, tables }: Dependencies): Promise<void> {
  const owner: Owner = { name: 'vandal', alive: true }
  const clock = scheduler.clock(owner)
  for (let done = 0; done < times; done++) {
    await clock.sleep(dice.below(dice.pick([minutes(1), minutes(20)])) as DurationMs)
    const found = tables.rows('accounts').filter(({ rowKey }) => LEARNT.test(rowKey))
    const kinds = [...new Set(found.map(kindOf))]
    const kind = kinds.length > 0 ? dice.pick(kinds) : undefined
    for (const row of found.filter((one) => kindOf(one) === kind && dice.chance(0.5))) {
      scheduler.note(`  ${row.rowKey} IS DAMAGED`)
      tables.overwrite('accounts', { ...row, properties: damaged(row.properties, dice) })
    }
  }
}

const kindOf = ({ rowKey }: StoredRow): string => rowKey.split('.').slice(0, -1).join('.') || rowKey

function damaged(properties: Properties, dice: Dice): Properties {
  const bytes = properties['b0']
  if (!(bytes instanceof Uint8Array) || dice.chance(0.2)) return { ...properties, v: 9 }
  if (properties['n'] !== undefined && dice.chance(0.2)) return { ...properties, n: 1 + dice.below(1_000_000) }
  // Of the id of its key, which nothing hides: a light box has no more that is checked.
  const changed = Uint8Array.from(bytes)
  const at = 3 + dice.below(16)
  changed[at] = (changed[at] ?? 0) ^ (1 << dice.below(8))
  return { ...properties, b0: changed }
}
