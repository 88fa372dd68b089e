import { expect, test } from 'vitest'
import { SAMPLE } from '../../infra/local/settings.ts'
import { runRestoreCommand } from '../../infra/restore.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { days, hours, minutes } from '../../shared/core/time.ts'
import { isErasing, lastAccount, leftOf, RESTORED } from '../support/erasing.ts'
import { aroundCommit } from '../support/failing-tables.ts'
import { form } from '../support/oauth.ts'
import { linesOf, pass, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

async function startDisconnected(settings: Record<string, string> = {}) {
  const fixture = await startService({ settings })
  const reading = await startReading(fixture, { singles: 3 })
  const account = lastAccount(fixture)
  await fixture.clock.advance(minutes(1))
  await revoke(fixture, account)
  await fixture.settle()
  expect(linesOf(fixture, 'account-disconnected')).toHaveLength(1)
  return { fixture, reading, account }
}

async function revoke({ service }: ServiceFixture, account: string): Promise<void> {
  const credentials = { client_id: SAMPLE.clientId, client_secret: SAMPLE.secret }
  await service.oauth.revoke(form('/oauth/token/revoke', { ...credentials, sub: account }))
}

const headIsThere = ({ tables }: ServiceFixture) =>
  tables.rows('accounts').some(({ rowKey }) => rowKey === 'state.head')

test('what was kept of an account that nobody may read goes by itself after 30 days', async () => {
  const { fixture, account } = await startDisconnected()
  await pass(fixture, days(29), hours(12))
  expect(headIsThere(fixture)).toBe(true)
  await pass(fixture, days(2), hours(12))
  await pass(fixture, minutes(30), minutes(5))
  expect(leftOf(fixture, account)).toEqual([])
  expect(isErasing(fixture)).toBe(false)
  expect(linesOf(fixture, 'erasure-begun')).toEqual([expect.objectContaining({ account, reason: 'retention' })])
})

test('RETENTION_DAYS says how long it is kept', async () => {
  const { fixture, account } = await startDisconnected({ RETENTION_DAYS: '2' })
  await pass(fixture, days(3), hours(6))
  await pass(fixture, minutes(30), minutes(5))
  expect(leftOf(fixture, account)).toEqual([])
})

test('it goes on the same day when a restore comes in between, which brings no plans back', async () => {
  const { fixture, account } = await startDisconnected({ RETENTION_DAYS: '2' })
  await fixture.service.backUpTables()
  const [id = ''] = fixture.backups.contents.keys()
  fixture.tables.clear(...RESTORED)
  await runRestoreCommand(fixture.ports, ['put', id])
  const restored = await startService({ beside: fixture, settings: { RETENTION_DAYS: '2' } })
  await restored.service.wakeErasures()
  await pass(restored, hours(42), hours(6))
  expect(headIsThere(restored)).toBe(true)
  await pass(restored, hours(12), hours(6))
  await pass(restored, minutes(30), minutes(5))
  expect(leftOf(restored, account)).toEqual([])
})

test('an account whose person never connects again goes too, although an integrator may still use it', async () => {
  let isRefused = false
  const fixture = await startService({
    settings: { RETENTION_DAYS: '2' },
    throughEntra: (entra) => ({
      ...entra,
      async accessToken(...given) {
        if (isRefused) throw new SyncError('RECONNECT_REQUIRED', 'the password was changed')
        return entra.accessToken(...given)
      },
    }),
  })
  await startReading(fixture, { singles: 3 })
  const account = lastAccount(fixture)
  isRefused = true
  await pass(fixture, hours(7), hours(1))
  expect(linesOf(fixture, 'account-needs-reconnect')).toHaveLength(1)
  await pass(fixture, days(2), hours(6))
  await pass(fixture, minutes(30), minutes(5))
  expect(leftOf(fixture, account)).toEqual([])
})

test('whoever connects again before that keeps everything, and is not erased on that day', async () => {
  const { fixture, reading } = await startDisconnected({ RETENTION_DAYS: '2' })
  await pass(fixture, days(1), hours(6))
  await fixture.connect(reading.person)
  await fixture.settle()
  await pass(fixture, days(3), hours(6))
  expect(headIsThere(fixture)).toBe(true)
  expect(linesOf(fixture, 'erasure-begun')).toEqual([])
})

test('whoever connects again while a visit finds that their time is over is not erased', async () => {
  const { fixture, reading, account } = await startDisconnected({ RETENTION_DAYS: '2' })
  await fixture.clock.advance(days(3))
  let isConnected = false
  const slow = await startService({
    beside: fixture,
    settings: { RETENTION_DAYS: '2' },
    throughTables: (tables) =>
      aroundCommit(tables, async (table, _writes, commit) => {
        if (table === 'ledger' || table === 'accounts') {
          if (!isConnected) await fixture.connect(reading.person)
          isConnected = true
        }
        return commit()
      }),
  })
  await slow.service.syncMailbox({ account, reason: 'due' })
  expect([isConnected, isErasing(fixture), headIsThere(fixture)]).toEqual([true, false, true])
})

test('an account that is read is never erased for its age', async () => {
  const fixture = await startService({ settings: { RETENTION_DAYS: '1' } })
  const reading = await startReading(fixture, { singles: 3 })
  await pass(fixture, days(4), hours(12))
  expect(await reading.shown()).toEqual(reading.actual())
  expect(linesOf(fixture, 'erasure-begun')).toEqual([])
})
