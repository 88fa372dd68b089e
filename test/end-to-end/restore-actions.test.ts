import { beforeEach, describe, expect, test } from 'vitest'
import { SAMPLE } from '../../infra/local/settings.ts'
import { runRestoreCommand } from '../../infra/restore.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { hours, minutes } from '../../shared/core/time.ts'
import { actionKey } from '../../shared/storage/accounts/row-keys.ts'
import { lastAccount, RESTORED } from '../support/erasing.ts'
import { form } from '../support/oauth.ts'
import { linesOf, pass } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'
import { startWriting, type Writing } from '../support/writing.ts'

let fixture: ServiceFixture
let writing: Writing
let account: string

beforeEach(async () => {
  fixture = await startService()
  writing = await startWriting(Promise.resolve(fixture))
  account = lastAccount(fixture)
  await pass(fixture, minutes(10))
})

/** The tables as they were a day ago, in an instance that has just been started, and has replayed the ledger. */
async function restoreAfterADay(between: () => Promise<unknown>): Promise<ServiceFixture> {
  const restore = fixture.tables.backup(...RESTORED)
  await between()
  await pass(fixture, hours(24), hours(1))
  restore()
  const restored = await startService({ beside: fixture })
  await restored.service.wakeErasures()
  return restored
}

const subjects = () => writing.held().map(({ fields }) => fields['subject'])
const ends = (of: ServiceFixture) =>
  linesOf(of, 'action-settled').map(({ action, state, reason }) => [action, state, reason])

/** What was asked for is done, and its event is edited after that. */
async function applyAndEdit(): Promise<void> {
  await fixture.settle()
  writing.mailbox.patch(writing.held()[0]?.id ?? '', { subject: 'Edited since' })
}

/** These rows of the account. @returns what puts them back in the place of what is there then. */
function copyOf(prefix: string): () => void {
  const copies = fixture.tables
    .rows('accounts')
    .filter(({ partitionKey, rowKey }) => partitionKey === account && rowKey.startsWith(prefix))
  return () => {
    for (const row of copies) fixture.tables.overwrite('accounts', row)
  }
}

/** The integrator's only access ends. */
async function revoke(): Promise<void> {
  const credentials = { client_id: SAMPLE.clientId, client_secret: SAMPLE.secret }
  await fixture.service.oauth.revoke(form('/oauth/token/revoke', { ...credentials, sub: account }))
}

describe('S6: what was to be applied when the backup was made', () => {
  test('is rejected also where nobody may use the account any more', async () => {
    await writing.upsert(writing.meeting())
    const restored = await restoreAfterADay(async () => {
      await applyAndEdit()
      await revoke()
    })
    await pass(restored, minutes(10))
    expect(linesOf(restored, 'account-disconnected')).toHaveLength(1)
    expect(ends(restored)).toEqual([['1', 'rejected', 'restored']])
    expect(subjects()).toEqual(['Edited since'])
  })

  test('is rejected also where nobody could read the account then, and nobody may use it now', async () => {
    const lockedOut = await startService({
      beside: fixture,
      throughEntra: (entra) => ({
        ...entra,
        accessToken: () => Promise.reject(new SyncError('RECONNECT_REQUIRED', 'the password was changed')),
      }),
    })
    await writing.upsert(writing.meeting())
    await lockedOut.service.syncMailbox({ account, reason: 'due' })
    expect(linesOf(lockedOut, 'account-needs-reconnect')).toHaveLength(1)
    const restored = await restoreAfterADay(async () => {
      await fixture.connect(writing.person)
      await applyAndEdit()
      await revoke()
    })
    await restored.service.syncMailbox({ account, reason: 'revoked' })
    expect(linesOf(restored, 'account-disconnected')).toHaveLength(1)
    expect(ends(restored)).toEqual([['1', 'rejected', 'restored']])
    expect(subjects()).toEqual(['Edited since'])
  })

  test('is rejected also where the head in the backup is younger than the action', async () => {
    const asked = await writing.upsert(writing.meeting())
    const before = copyOf('action.')
    await applyAndEdit()
    before()
    const restored = await restoreAfterADay(async () => undefined)
    await pass(restored, minutes(10))
    expect(ends(restored)).toEqual([['1', 'rejected', 'restored']])
    expect(subjects()).toEqual(['Edited since'])
    expect(await (await writing.as(SAMPLE)).outcome(asked)).toMatchObject({ state: 'rejected', reason: 'restored' })
  })

  test('leaves its number to nobody, and what is asked for meanwhile is applied, where the head is younger', async () => {
    await writing.upsert(writing.meeting())
    const before = ['action.', 'state.actions'].map(copyOf)
    await fixture.settle()
    for (const summary of ['Second', 'Third']) {
      await writing.upsert(writing.meeting({ summary }))
      await fixture.settle()
    }
    const made = [2, 3].map((number) => ({ kind: 'delete' as const, rowKey: actionKey(number) }))
    await fixture.tables.table('accounts').commit(account, made)
    for (const putBack of before) putBack()
    const restored = await restoreAfterADay(async () => undefined)
    const again = await writing.as(SAMPLE)
    const meanwhile = await again.upsert(writing.meeting({ event_id: 'fa-2', summary: 'Meanwhile' }))
    await pass(restored, minutes(10))
    const later = await again.upsert(writing.meeting({ event_id: 'fa-3', summary: 'Later' }))
    await pass(restored, minutes(10))
    expect([await again.outcome(meanwhile), await again.outcome(later)]).toMatchObject([
      { state: 'applied' },
      { state: 'applied' },
    ])
    expect(subjects().sort()).toEqual(['Later', 'Meanwhile', 'Third'])
  })

  test('is told apart from what is asked for after the replay, also when that is repeated', async () => {
    const restored = await restoreAfterADay(async () => undefined)
    await pass(restored, minutes(10))
    const again = await writing.as(SAMPLE)
    const asked = await again.upsert(writing.meeting())
    await pass(restored, minutes(2), minutes(1))
    await again.upsert(writing.meeting({ summary: 'Renamed' }))
    await fixture.clock.advance(minutes(2))
    await runRestoreCommand(fixture.ports, ['replay'])
    await pass(restored, minutes(10))
    expect(await again.outcome(asked)).toMatchObject({ state: 'applied' })
    expect(subjects()).toEqual(['Renamed'])
  })

  test('is rejected also where only the accounts were put back, by other means, and somebody says so', async () => {
    await writing.upsert(writing.meeting())
    const restore = fixture.tables.backup('accounts')
    await applyAndEdit()
    await pass(fixture, minutes(30))
    restore()
    expect(await runRestoreCommand(fixture.ports, ['mark'])).toContain('nothing is served before it is replayed')
    const restored = await startService({ beside: fixture })
    await restored.service.wakeErasures()
    await restored.service.syncMailbox({ account, reason: 'due' })
    expect(ends(restored)).toEqual([['1', 'rejected', 'restored']])
    expect(subjects()).toEqual(['Edited since'])
  })
})
