import { expect, test } from 'vitest'
import { hours, minutes } from '../../shared/core/time.ts'
import { lastAccount } from '../support/erasing.ts'
import { linesOf, pass, startReading } from '../support/reading.ts'
import { startService } from '../support/service.ts'

/** The attacker can write to the tables and has no key. */
test('a plan that takes an account without its head for a sign-in that ended half-way erases nothing', async () => {
  const fixture = await startService()
  const { tables, clock } = fixture
  await startReading(fixture, { singles: 2 })
  const account = lastAccount(fixture)
  await pass(fixture, hours(2), minutes(30))
  const member = tables.rows('organisations').find(({ rowKey }) => rowKey === `member.${account}`)
  const plan = tables.rows('schedule').find(({ rowKey }) => rowKey.endsWith(account))
  if (plan === undefined || member === undefined) throw new Error('nobody is connected')
  const held = tables.rows('accounts').length

  await tables.table('accounts').commit(account, [{ kind: 'delete', rowKey: 'state.head' }])
  tables.overwrite('schedule', {
    partitionKey: plan.partitionKey,
    rowKey: `${String(clock.now()).padStart(15, '0')}.${account}`,
    properties: { organisation: member.partitionKey, isLast: true },
  })
  await pass(fixture, hours(2), minutes(15))

  expect(tables.rows('accounts')).toHaveLength(held - 1)
  expect(tables.rows('ledger').filter(({ rowKey }) => rowKey.startsWith('open.'))).toEqual([])
  expect(linesOf(fixture, 'erasure-begun')).toEqual([])
  expect(linesOf(fixture, 'account-head-missing')).not.toEqual([])
})
