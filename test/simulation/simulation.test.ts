import { expect, test } from 'vitest'
import type { Tables } from '../../shared/storage/table.ts'
import { withCursorFirst, withoutFence } from './broken-tables.ts'
import { ONCE_FAILED } from './corpus.ts'
import { type Run, simulate } from './simulation.ts'

const SEEDS = Array.from({ length: 25 }, (_, at) => 100_001 + at)
const MINUTE = 60_000

/** A failing run prints what differs and how to see its story. */
const report = ({ seed, findings }: Run) =>
  findings.length === 0 ? [] : [...findings, `npm run simulate -- --seed ${seed} --trace`]

test.each(SEEDS)('I1-I8 W5 W7 Q1-Q3 Q6 S1 S2 S5 G3 G4 G7: world %i ends with the cache equal to the mailboxes', async (seed) => {
  expect(report(await simulate(seed))).toEqual([])
}, MINUTE)

test.each(ONCE_FAILED)('world $seed, which once failed because $because, does not fail again', async ({ seed }) => {
  expect(report(await simulate(seed))).toEqual([])
}, MINUTE)

test('I9: a seed says everything about its run', async () => {
  const [once, again] = [await simulate(100_003), await simulate(100_003)]
  expect(again.hash).toBe(once.hash)
  expect(again.steps).toBe(once.steps)
}, MINUTE)

test.each([
  { mistake: 'Q2: without the fence of the head row', between: withoutFence, within: 60 },
  { mistake: 'G7: with the cursor moved before the rows', between: withCursorFirst, within: 60 },
])('a service $mistake is found out within $within worlds', async ({ between, within }) => {
  expect(await firstFailing(between, within)).toBeLessThan(within)
}, 2 * MINUTE)

async function firstFailing(between: (tables: Tables) => Tables, limit: number): Promise<number> {
  for (let at = 0; at < limit; at++) if ((await simulate(100_001 + at, { between })).findings.length > 0) return at
  return limit
}
