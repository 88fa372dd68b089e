import { beforeAll, expect, test } from 'vitest'
import { minutes } from '../../shared/core/time.ts'
import { startDoomedBeside } from '../support/doomed.ts'
import { isErasing, lastAccount, leftOf, untilErased } from '../support/erasing.ts'
import { pass, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let base: ServiceFixture

beforeAll(async () => {
  base = await startService()
})

/** An erasure by an instance that ends at this step, from its beginning to its last look; another one goes on. */
async function eraseAndEnd(end: number, when: 'before' | 'after'): Promise<number> {
  await startReading(base, { singles: 2 })
  const account = lastAccount(base)
  const { instance, doom } = await startDoomedBeside(base, end, when)
  await instance.service.erasure.begin(account, 'person').catch(() => undefined)
  await instance.settle().catch(() => undefined)
  await base.clock.advance(minutes(17))
  await instance.service.syncMailbox({ account, reason: 'erase' }).catch(() => undefined)
  const steps = doom.steps()
  const isBegun = isErasing(base) || leftOf(base, account).length === 0
  // Whoever got no answer asks again; nothing has begun as long as the ledger knows of nothing.
  if (!isBegun) await base.service.erasure.begin(account, 'person')
  await untilErased(base)
  // The plans that a connect makes go when they are due.
  await pass(base, minutes(6), minutes(3))
  const at = `${when} step ${end}`
  expect(isErasing(base), at).toBe(false)
  expect(leftOf(base, account), at).toEqual([])
  expect(base.graph.subscriptions.list(), at).toEqual([])
  return steps
}

test.each(['before', 'after'] as const)(
  'K7, Q6: an erasure whose instance ends %s any one of its steps is completed by the next one',
  async (when) => {
    const steps = await eraseAndEnd(Number.POSITIVE_INFINITY, when)
    expect(steps).toBeGreaterThan(20)
    for (let end = 1; end <= steps; end++) await eraseAndEnd(end, when)
  },
  120_000,
)
