import { expect, test } from 'vitest'
import { vaultLoad } from '../bench/vault-load.ts'
import { SIZES } from '../faults/sizes.ts'

test('K6: instances that start together ask the vault twice each, and every account opens', async () => {
  const { instances, accounts } = SIZES.K6.here
  const done = await vaultLoad({ instances, accounts })
  const counts = { get: instances, unwrapkey: instances }
  expect(done).toMatchObject({ opened: accounts, failed: 0, askedTwice: 0, counts })
  expect(done.peakPer10Seconds).toBeLessThan(50)
}, 240_000)
