import { asSyncError } from '../../shared/core/errors.ts'
import { createDice } from '../support/dice.ts'
import { createSetting } from './setting.ts'
import { WAYS } from './ways.ts'

/** What came of the damage done in one way. */
export interface Tally {
  detected: number
  accepted: number
  absent: number
}

/** Damages something in all ways in turn. @returns what came of it, by the name of the way. */
export async function tamper(count: number, seed: number): Promise<ReadonlyMap<string, Tally>> {
  const setting = await createSetting(seed)
  const dice = createDice(seed)
  const ways = Object.entries(WAYS).map(([name, way]) => ({
    name,
    way,
    tally: { detected: 0, accepted: 0, absent: 0 },
  }))
  for (let done = 0; done < count; )
    for (const { way, tally } of ways.slice(0, count - done)) {
      tally[await judged(() => way(setting, dice))]++
      done++
    }
  return new Map(ways.map(({ name, tally }) => [name, tally]))
}

const NOTICED = ['ROW_CORRUPT', 'KEY_RECORD_FORGED', 'KEY_MISSING', 'ROW_ROLLED_BACK']

/** @throws whatever no damage explains. */
async function judged(read: () => Promise<unknown>): Promise<keyof Tally> {
  try {
    return (await read()) === undefined ? 'absent' : 'accepted'
  } catch (error) {
    if (NOTICED.includes(asSyncError(error).code)) return 'detected'
    throw error
  }
}
