import { beforeEach, expect, test } from 'vitest'
import { SyncError } from '../../shared/core/errors.ts'
import { days, hours, minutes } from '../../shared/core/time.ts'
import { CALLBACK, openChannel, startChannels, told } from '../support/channels.ts'
import { beforeCommit } from '../support/failing-tables.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { linesOf, pass, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'
import type { Writing } from '../support/writing.ts'

const EVER = 'last_modified=2020-01-01T00:00:00Z'

let writing: Writing
let fixture: ServiceFixture
beforeEach(async () => {
  writing = await startChannels()
  fixture = writing.fixture
})

/** Spoils the sealed bytes of the rows whose keys begin so. */
function spoil(prefix: string): void {
  const rows = fixture.tables.rows('accounts').filter(({ rowKey }) => rowKey.startsWith(prefix))
  expect(rows).not.toHaveLength(0)
  for (const row of rows)
    fixture.tables.overwrite('accounts', { ...row, properties: { ...row.properties, b0: new Uint8Array(120) } })
}

const quarantined = () => fixture.tables.rows('accounts').filter(({ rowKey }) => rowKey.startsWith('~quarantine-'))

const change = (subject: string) => writing.mailbox.create(oneHour(subject, '2026-11-23'))

const utc = (dateTime: string) => ({ dateTime, timeZone: 'UTC' })

const failures = () => [...linesOf(fixture, 'sync-failed'), ...linesOf(fixture, 'channel-failed')]

test('K1: an entry of the change log that does not open is taken for a change of anything', async () => {
  change('Before')
  await told(fixture)
  await openChannel(writing)
  change('After')
  await fixture.deliver()
  spoil('change.')
  await fixture.clock.advance(minutes(1))
  await fixture.settle()
  expect(fixture.receivers.received.filter(({ url }) => url === CALLBACK).at(-1)?.notification).toMatchObject({
    type: 'change',
  })
  const read = await writing.read(EVER)
  expect(read.map(({ summary }) => summary).sort()).toEqual(['After', 'Before'])
  expect(quarantined().length).toBeGreaterThan(0)
})

test('K1: a request whose kept answer does not open is not done again, and others go on', async () => {
  const headers = { 'idempotency-key': 'one' }
  const path = await writing.path()
  const sent = () => writing.call({ method: 'POST', path, body: writing.meeting(), headers })
  expect((await sent()).status).toBe(202)
  spoil('request.')
  expect((await sent()).status).toBe(500)
  expect((await writing.upsert(writing.meeting({ event_id: 'fa-2', summary: 'Second' }))).status).toBe(202)
  await writing.sync()
  expect(writing.held()).toHaveLength(2)
  expect(quarantined()).toHaveLength(1)
})

test('K1: an event whose row does not open can be deleted in Outlook, and what comes after it is read', async () => {
  const spoilt = change('Spoilt')
  const across = writing.mailbox.create({ ...oneHour('Across months', '2026-11-30'), end: utc('2026-12-01T10:00:00') })
  await told(fixture)
  await openChannel(writing)
  spoil('event.')
  for (const { item } of [spoilt, across]) writing.mailbox.remove(item.id)
  change('After')
  await told(fixture)
  expect(failures()).toEqual([])
  expect(fixture.receivers.received.at(-1)?.notification).toMatchObject({ type: 'change' })
  expect(await writing.read(EVER)).toMatchObject([{ summary: 'After' }])
  expect(fixture.tables.rows('accounts').filter(({ rowKey }) => rowKey.startsWith('event.'))).toHaveLength(1)
  expect(quarantined()).toHaveLength(3)
})

test('K1: an event of which one row opens is told as deleted, under each of its months', async () => {
  const across = writing.mailbox.create({ ...oneHour('Across months', '2026-11-30'), end: utc('2026-12-01T10:00:00') })
  await told(fixture)
  const [first, second] = fixture.tables.rows('accounts').filter(({ rowKey }) => rowKey.startsWith('event.'))
  if (first === undefined || second === undefined) throw new Error('the event is kept under one month')
  spoil(second.rowKey)
  writing.mailbox.remove(across.item.id)
  await told(fixture)
  expect(failures()).toEqual([])
  expect(await writing.read(`${EVER}&include_deleted=true`)).toMatchObject([
    { summary: 'Across months', deleted: true },
  ])
})

test('K1: an event whose row does not open is changed as its integrator asks, and told to a channel for its own', async () => {
  await openChannel(writing, { filters: { only_managed: true } })
  await writing.upsert(writing.meeting())
  await writing.sync()
  spoil('event.')
  const sent = await writing.upsert(writing.meeting({ summary: 'Renamed' }))
  await writing.sync()
  expect(await writing.outcome(sent)).toMatchObject({ state: 'applied' })
  expect(await writing.read()).toMatchObject([{ summary: 'Renamed' }])
  // It was read from Microsoft, so somebody else may have changed it before.
  await told(fixture)
  writing.mailbox.patch(writing.held()[0]?.id ?? '', { subject: 'In Outlook' })
  await fixture.deliver()
  spoil('event.')
  expect(await told(fixture)).toHaveLength(1)
  expect(failures()).toEqual([])
})

test('K1: a commit that was not ended is mended beside an event whose row does not open', async () => {
  let isArmed = false
  fixture = await startService({
    throughTables: (tables) =>
      beforeCommit(tables, (writes) => {
        if (!isArmed || !writes.some(({ rowKey }) => rowKey.startsWith('index.'))) return
        isArmed = false
        throw new SyncError('STORAGE_UNAVAILABLE', 'simulated')
      }),
  })
  const reading = await startReading(fixture, { singles: 1 })
  spoil('event.')
  isArmed = true
  for (let at = 0; at < 150; at++) reading.mailbox.create(oneHour(`Event ${at}`, '2026-11-23'))
  await fixture.deliver()
  await pass(fixture, hours(1))
  expect(linesOf(fixture, 'calendar-mended')).toHaveLength(1)
  expect(await reading.shown()).toHaveLength(150)
  await pass(fixture, days(1), hours(1))
  expect(await reading.shown()).toEqual(reading.actual())
})
