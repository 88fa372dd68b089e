import { expect, test } from 'vitest'
import { tamper } from '../../../tamper/tamper.ts'

test('K1, K2, K3: of 2,000 changes to rows and keys each is noticed, none is accepted or taken for absent', async () => {
  const tallies = await tamper(2_000, 7)
  for (const [kind, tally] of tallies) expect({ kind, ...tally }).toMatchObject({ kind, accepted: 0, absent: 0 })
  expect([...tallies.values()].reduce((sum, { detected }) => sum + detected, 0)).toBe(2_000)
}, 240_000)
