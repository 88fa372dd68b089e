import { expect, test } from 'vitest'
import { GROUPS } from '../../shared/api/reference/registry.ts'
import { HANDLERS } from '../support/handlers.ts'
import { fuzz } from './fuzz.ts'
import { startInProcess } from './in-process.ts'

test('whatever is sent to the endpoints of the reference, the answer is as documented and about nobody else', async () => {
  const report = await fuzz(await startInProcess(), { requests: 1_500, seed: 1 })
  expect(report.failures).toEqual([])
  expect(report.statuses['readEvents']).toHaveProperty('200')
  expect(report.statuses['upsertEvent']).toHaveProperty('202')
}, 300_000)

test('every endpoint of the reference is fuzzed', () => {
  const ids = GROUPS.flatMap(({ endpoints }) => endpoints).map(({ id }) => id)
  expect(Object.keys(HANDLERS).sort()).toEqual([...ids].sort())
})
