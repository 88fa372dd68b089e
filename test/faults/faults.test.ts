import { expect, test } from 'vitest'
import { createVitest } from 'vitest/node'
import { type Fault, idsOf } from './fault.ts'
import { FAULTS } from './faults.ts'
import { namedProofs, type Proof } from './proofs.ts'
import { verdictOf } from './verdict.ts'

/** Named at the front of tests of the simulation, and no faults: what has to be so at its end. */
const INVARIANTS = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9']

test('every row has a test with its id in front, and every id in front of a test is that of a row', {
  timeout: 240_000,
}, async () => {
  const vitest = await createVitest('test', { watch: false, reporters: [] })
  const named = await namedProofs(vitest).finally(() => vitest.close())
  const ids = [...new Set(named.map(({ id }) => id))].filter((id) => !INVARIANTS.includes(id))
  expect(ids.sort()).toEqual(FAULTS.map(({ id }) => id).sort())
})

test('no row stands in the table twice', () => {
  const ids = FAULTS.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
})

test.each([
  ['W5: a notification that comes twice', ['W5']],
  ['Q1 Q5: a thousand wake-ups', ['Q1', 'Q5']],
  ['K1, K2, K3: of 2,000 changes', ['K1', 'K2', 'K3']],
  ['C1 state-csrf: a made-up state', ['C1']],
  ['O9 scope/tenant: another integrator', ['O9']],
  ['W10:', ['W10']],
  ['an edit of W5: nothing', []],
  ['W5 is a row', []],
])('%s begins with %j', (name, ids) => {
  expect(idsOf(name)).toEqual(ids)
})

const fault: Fault = { id: 'W5', name: 'x', fault: 'x', expected: 'x' }
const proof = (state: Proof['state'], place = 'a.test.ts:1', id = 'W5'): Proof => ({
  id,
  place,
  name: 'x',
  state,
  ms: 1,
})

test.each<[string, readonly Proof[], readonly Proof[], boolean]>([
  ['has no test', [proof('pending', 'a.test.ts:1', 'W6')], [], false],
  ['has tests that pass', [proof('pending')], [proof('passed'), proof('passed')], true],
  ['has a test that fails', [proof('pending')], [proof('passed'), proof('failed')], false],
  ['has a test that is skipped', [proof('pending')], [proof('skipped')], false],
  [
    'has a place without a test that ran',
    [proof('pending'), proof('pending', 'b.test.ts:1')],
    [proof('passed')],
    false,
  ],
  ['has a neighbour that fails', [proof('pending')], [proof('passed'), proof('failed', 'a.test.ts:9', 'W6')], true],
])('the verdict of a row that %s', (_what, named, run, holds) => {
  expect(verdictOf(fault, named, run).holds).toBe(holds)
})
