import { expect, test } from 'vitest'
import type { Tables } from '../../shared/storage/table.ts'
import { withCursorFirst, withoutFence } from './broken-tables.ts'
import { ONCE_FAILED } from './corpus.ts'
import { type Run, simulate } from './simulation.ts'
import type { Swarm } from './swarm.ts'

const SEEDS = Array.from({ length: 25 }, (_, at) => 100_001 + at)
const MINUTE = 60_000

/** What differs, and how to see the story of it. */
const report = ({ seed, findings }: Run) =>
  findings.length === 0 ? [] : [...findings, `npm run simulate -- --seed ${seed} --trace`]

test.each(SEEDS)(
  'I1 I2 I3 I4 I6 I7 I8 with W5 W7 Q1 Q2 Q3 Q6 S1 S2 S5 G3 G4 G5 G7: in world %i the cache ends as the mailboxes are',
  async (seed) => {
    expect(report(await simulate(seed))).toEqual([])
  },
  MINUTE,
)

test.each(ONCE_FAILED)(
  'world $seed, which failed once because $because, does not fail any more',
  async ({ seed }) => {
    expect(report(await simulate(seed))).toEqual([])
  },
  MINUTE,
)

test(
  'I9: a seed says everything about its run',
  async () => {
    const [once, again] = [await simulate(100_003), await simulate(100_003)]
    expect([again.hash, again.steps]).toEqual([once.hash, once.steps])
  },
  MINUTE,
)

/** Locks are lost all the time, and several instances take their time: handlers of one account run side by side. */
const zombies = (swarm: Swarm): Swarm => ({
  ...swarm,
  instances: 3,
  latencyMs: 2_000,
  pauseMs: 5_000,
  pageSize: 3,
  faults: { ...swarm.faults, lockLost: 0.5 },
})

const crashes = (swarm: Swarm): Swarm => ({ ...swarm, faults: { ...swarm.faults, crash: 0.03, tableCommit: 0.1 } })

test.each([
  { mistake: 'Q2: without the fence of the head row', between: withoutFence, adjust: zombies },
  { mistake: 'G7: with the cursor moved before the rows', between: withCursorFirst, adjust: crashes },
])(
  'a service $mistake is found out within 40 worlds, and only because of it',
  async ({ between, adjust }) => {
    const seed = await firstFailing(between, adjust, 40)
    expect(seed).toBeDefined()
    expect(report(await simulate(seed ?? 0, { adjust }))).toEqual([])
  },
  2 * MINUTE,
)

async function firstFailing(
  between: (tables: Tables) => Tables,
  adjust: (swarm: Swarm) => Swarm,
  worlds: number,
): Promise<number | undefined> {
  for (let seed = 100_001; seed <= 100_000 + worlds; seed++)
    if ((await simulate(seed, { between, adjust })).findings.length > 0) return seed
  return undefined
}
