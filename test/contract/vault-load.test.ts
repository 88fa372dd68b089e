import { expect, test } from 'vitest'
import { vaultLoad } from '../bench/vault-load.ts'

test('K6: instances that start together ask the vault twice each, and every account opens', async () => {
  const done = await vaultLoad({ instances: 20, accounts: 600 })
  expect(done).toMatchObject({ opened: 600, failed: 0, askedTwice: 0, counts: { get: 20, unwrapkey: 20 } })
  expect(done.peakPer10Seconds).toBeLessThan(50)
}, 60_000)
