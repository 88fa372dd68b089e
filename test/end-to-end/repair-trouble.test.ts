import { expect, test } from 'vitest'
import { SyncError } from '../../shared/core/errors.ts'
import { days, hours, minutes } from '../../shared/core/time.ts'
import { createStores } from '../../shared/service/stores.ts'
import type { Tables } from '../../shared/storage/table.ts'
import { damage, rowsOf } from '../support/damage.ts'
import { beforeCommit } from '../support/failing-tables.ts'
import { orderFaults } from '../support/faults.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { linesOf, pass, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'
import { startWriting, type Writing } from '../support/writing.ts'

const rollbacks = (fixture: ServiceFixture) => linesOf(fixture, 'row-rolled-back')
const repairs = (fixture: ServiceFixture) => linesOf(fixture, 'account-repaired').length
const held = (fixture: ServiceFixture) => linesOf(fixture, 'mass-deletion-held')

function removeFirst({ mailbox }: Reading, count: number): void {
  for (const { id } of [...mailbox.calendar().store.items.values()].slice(0, count)) mailbox.remove(id)
}

test.each(['series.', 'index.127'])(
  'K1: a repair that ends before the commit of %s is done again, and nothing that is gone stays',
  async (last) => {
    let failing: string | undefined
    const fixture = await startService({
      throughTables: (tables) =>
        beforeCommit(tables, (writes) => {
          if (failing === undefined || !writes.some(({ rowKey }) => rowKey.startsWith(failing ?? ''))) return
          failing = undefined
          throw new SyncError('STORAGE_UNAVAILABLE', 'simulated')
        }),
    })
    const reading = await startReading(fixture, { singles: 40, series: 12 })
    damage(fixture, 'index.')
    removeFirst(reading, 8)
    failing = last
    await fixture.deliver()
    await pass(fixture, days(2), hours(2))
    expect(failing).toBe(undefined)
    expect(await reading.shown()).toEqual(reading.actual())
    expect(rollbacks(fixture)).toEqual([])
  },
)

test.each(['index.', 'series.'])(
  'K1 G8: an answer that holds nothing, behind a repair of %s, is doubted as ever',
  async (prefix) => {
    let isArmed = false
    const fixture: ServiceFixture = await startService({
      throughTables: (tables) =>
        beforeCommit(tables, () => {
          if (!isArmed || repairs(fixture) === 0) return
          orderFaults(fixture.faults, { mailboxes: [{ is: 'empty' }] })
          isArmed = false
        }),
    })
    const reading = await startReading(fixture, { singles: 10, series: 3 })
    const before = await reading.shown()
    damage(fixture, prefix)
    isArmed = true
    removeFirst(reading, 1)
    await fixture.deliver()
    await pass(fixture, minutes(3), minutes(1))
    expect(held(fixture).length).toBeGreaterThan(0)
    expect(await reading.shown()).toEqual(before)
    orderFaults(fixture.faults, { mailboxes: [] })
    await pass(fixture, days(1), hours(1))
    expect(await reading.shown()).toEqual(reading.actual())
  },
)

test.each([['state.calendar.'], ['state.calendar.', 'index.']])(
  'K1: what was deleted while %s did not open is gone within two hours',
  async (...prefixes) => {
    const fixture = await startService()
    const reading = await startReading(fixture, { singles: 40, series: 3 })
    for (const prefix of prefixes) damage(fixture, prefix)
    removeFirst(reading, 2)
    await fixture.deliver()
    await pass(fixture, hours(2), minutes(15))
    expect(await reading.shown()).toEqual(reading.actual())
    await pass(fixture, days(2), hours(2))
    expect(rollbacks(fixture)).toEqual([])
  },
)

test('K1: nobody is told that a calendar is absent whose row does not open, and it is read again at once', async () => {
  const writing = await startWriting()
  await writing.upsert(writing.meeting())
  await writing.sync()
  const path = await writing.path()
  damage(writing.fixture, 'state.calendar.')
  expect((await writing.get('/v1/calendars')).status).toBe(503)
  expect((await writing.get('/v1/events?tzid=Etc/UTC')).status).toBe(503)
  expect((await writing.send('POST', path, writing.meeting({ summary: 'Renamed' }))).status).toBe(503)
  await writing.fixture.settle()
  expect((await writing.get('/v1/calendars')).body['calendars']).toHaveLength(1)
  expect(await writing.read()).toMatchObject([{ event_id: 'fa-1' }])
})

async function startDeleting(): Promise<Writing> {
  const writing = await startWriting()
  await writing.upsert(writing.meeting())
  await writing.upsert(writing.meeting({ event_id: 'fa-2', recurrence: { rules: [{ frequency: 'daily', count: 3 }] } }))
  await writing.sync()
  expect(writing.held()).toHaveLength(2)
  return writing
}

test('K1: all events of a calendar whose row was lost are told before it is read again', async () => {
  const fixture = await startService()
  const reading = await startReading(fixture, { singles: 40, series: 3 })
  const before = await reading.shown()
  damage(fixture, 'state.calendar.')
  const shown: unknown[] = []
  fixture.intercept = async ({ url }) => {
    if (url.includes('/delta') && repairs(fixture) > 0) shown.push(await reading.shown())
    return undefined
  }
  reading.mailbox.create(oneHour('Later', '2026-11-20'))
  await fixture.deliver()
  await pass(fixture, minutes(10))
  expect(before.length).toBeGreaterThan(40)
  expect(shown[0]).toEqual(before)
  expect(await reading.shown()).toEqual(reading.actual())
})

test.each<[string, (writing: Writing) => ReturnType<Writing['remove']>, number]>([
  ['one event', (writing) => writing.remove({ event_id: 'fa-1' }), 1],
  ['a series', (writing) => writing.remove({ event_id: 'fa-2' }), 1],
  ['everything', (writing) => writing.send('DELETE', '/v1/events', { delete_all: true }), 0],
])(
  'K1: deleting %s works whose agreement does not open, before and after it was asked for',
  async (_, remove, left) => {
    for (const isBefore of [true, false]) {
      const writing = await startDeleting()
      if (isBefore) damage(writing.fixture, 'agreement.')
      const sent = await remove(writing)
      if (!isBefore) damage(writing.fixture, 'agreement.')
      await writing.sync()
      expect(await writing.outcome(sent)).toMatchObject({ state: 'applied' })
      expect(writing.held()).toHaveLength(left)
    }
  },
)

test('K1: a tombstone that comes while a repair reads stays', async () => {
  const fixture = await startService()
  await startReading(fixture)
  const account = rowsOf(fixture, 'state.head')[0]?.partitionKey ?? ''
  const { erasure } = await createStores(fixture.ports, 'refused')
  let readings = 0
  const tables: Tables = {
    ...fixture.tables,
    table: (name) => ({
      ...fixture.tables.table(name),
      async *range(...asked) {
        // The third one is the repair's own.
        if (name === 'accounts' && ++readings === 3) await erasure.begin(account, 'person')
        yield* fixture.tables.table(name).range(...asked)
      },
    }),
  }
  damage(fixture, 'state.calendar.')
  const { accounts } = await createStores({ ...fixture.ports, tables }, 'refused')
  expect(await accounts.state(account)).toBe(undefined)
  expect(readings).toBeGreaterThan(2)
  expect(rowsOf(fixture, 'state.head')).toMatchObject([{ properties: { erasing: true } }])
})

test('K1: many rows that are read side by side are repaired once, and each second damage is kept as evidence too', async () => {
  const fixture = await startService()
  const reading = await startReading(fixture, { singles: 5, series: 12 })
  for (const times of [1, 2]) {
    damage(fixture, 'series.')
    reading.mailbox.create(oneHour(`Later ${times}`, '2026-11-20'))
    await fixture.deliver()
    await pass(fixture, days(1), hours(2))
    expect(repairs(fixture)).toBe(times)
    expect(rowsOf(fixture, '~quarantine-series.')).toHaveLength(12 * times)
  }
})
