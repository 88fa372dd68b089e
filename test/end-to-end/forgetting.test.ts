import { beforeEach, expect, test } from 'vitest'
import { SyncError } from '../../shared/core/errors.ts'
import { days, hours, minutes, toIsoSeconds } from '../../shared/core/time.ts'
import { lastAccount } from '../support/erasing.ts'
import { beforeCommit } from '../support/failing-tables.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { pass, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let fixture: ServiceFixture
let reading: Reading

beforeEach(async () => {
  fixture = await startService()
  reading = await startReading(fixture, { singles: 3 })
})

const rows = (prefix: string) =>
  fixture.tables
    .rows('accounts')
    .filter(({ partitionKey, rowKey }) => partitionKey === lastAccount(fixture) && rowKey.startsWith(prefix)).length

async function ask(id: string, day: string) {
  const connection = await reading.reader()
  const { body } = await connection.get('/v1/calendars')
  const [calendar] = body['calendars'] as { calendar_id: string }[]
  const wish = { event_id: id, summary: id, start: `${day}T09:00:00Z`, end: `${day}T10:00:00Z` }
  const { action } = await connection.send('POST', `/v1/calendars/${calendar?.calendar_id}/events`, wish)
  await fixture.settle()
  return action
}

test('outcomes of actions go after 30 days, those of later ones stay, and what was agreed on stays', async () => {
  const first = await ask('first', '2026-12-20')
  await pass(fixture, days(20), hours(12))
  const second = await ask('second', '2026-12-21')
  expect(rows('action.')).toBe(2)
  await pass(fixture, days(12), hours(12))
  expect(rows('action.')).toBe(1)
  expect((await (await reading.reader()).get(first)).status).toBe(404)
  expect((await (await reading.reader()).get(second)).status).toBe(200)
  expect(rows('agreement.')).toBe(2)
  await ask('third', '2026-12-22')
  expect(rows('action.')).toBe(2)
})

/** An integrator that shows nothing of itself for 30 days has lost its access. */
async function passInUse(total: number): Promise<void> {
  for (let gone = 0; gone < total; gone += 5) {
    await pass(fixture, days(Math.min(5, total - gone)), hours(12))
    await reading.reader()
    await fixture.settle()
  }
}

test('K1: an action that does not open stays as evidence, and those after it go in their time', async () => {
  await ask('first', '2026-12-20')
  await ask('second', '2026-12-21')
  const [spoilt] = fixture.tables.rows('accounts').filter(({ rowKey }) => rowKey.startsWith('action.'))
  if (spoilt === undefined) throw new Error('no action')
  const properties = { ...spoilt.properties, b0: new Uint8Array(120) }
  fixture.tables.overwrite('accounts', { ...spoilt, properties })
  await passInUse(32)
  expect(fixture.tables.rows('accounts').flatMap(({ rowKey }) => /^action\..*/.exec(rowKey) ?? [])).toEqual([
    spoilt.rowKey,
  ])
})

test('what is to go goes although the first try ended half-way', async () => {
  let isArmed = false
  fixture = await startService({
    throughTables: (tables) =>
      beforeCommit(tables, (writes) => {
        if (!isArmed || !writes.some(({ kind, rowKey }) => kind === 'delete' && rowKey.startsWith('action.'))) return
        if (!writes.some(({ rowKey }) => rowKey === youngest())) return
        isArmed = false
        throw new SyncError('STORAGE_UNAVAILABLE', 'simulated')
      }),
  })
  reading = await startReading(fixture)
  for (let number = 0; number < 120; number++) await ask(`one ${number}`, '2026-12-20')
  const youngest = () =>
    fixture.tables
      .rows('accounts')
      .map(({ rowKey }) => rowKey)
      .filter((rowKey) => rowKey.startsWith('action.'))
      .sort()
      .at(-1)
  expect(rows('action.')).toBe(120)
  isArmed = true
  await passInUse(35)
  expect(isArmed).toBe(false)
  expect(rows('action.')).toBe(0)
})

test('the change log goes back 60 days, and whoever asks for more is told of everything', async () => {
  const since = toIsoSeconds(fixture.clock.now())
  await fixture.clock.advance(minutes(10))
  reading.mailbox.create(oneHour('Told long ago', '2026-12-24'))
  await fixture.deliver()
  const before = rows('change.')
  expect(before).toBeGreaterThan(0)
  await passInUse(55)
  expect(rows('change.')).toBeGreaterThanOrEqual(before)
  await passInUse(8)
  expect(rows('change.')).toBeLessThan(before)
  const { body } = await (await reading.reader()).get(`/v1/events?tzid=Etc/UTC&last_modified=${since}`)
  expect((body['events'] as { summary: string }[]).map(({ summary }) => summary)).toContain('Told long ago')
})
