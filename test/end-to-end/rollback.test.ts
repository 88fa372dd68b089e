import { expect, test } from 'vitest'
import { SyncError } from '../../shared/core/errors.ts'
import { days, hours, minutes } from '../../shared/core/time.ts'
import type { StoredRow } from '../../shared/storage/table.ts'
import { beforeCommit } from '../support/failing-tables.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { pass, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

const find = ({ tables }: ServiceFixture, prefix: string): readonly StoredRow[] =>
  tables.rows('accounts').filter(({ rowKey }) => rowKey.startsWith(prefix))

const told = ({ logged }: ServiceFixture, event: string) => logged.filter((line) => line.includes(`"event":"${event}"`))
const alarms = (fixture: ServiceFixture) => told(fixture, 'row-rolled-back')

async function start() {
  const fixture = await startService()
  return { fixture, reading: await startReading(fixture, { singles: 40, series: 3 }) }
}

test.each([
  { what: 'calendar', prefix: 'state.calendar.' },
  { what: 'token cache', prefix: 'state.token' },
  { what: 'part of the index', prefix: 'index.' },
  { what: 'head', prefix: 'state.head' },
])('K2: a $what that is put back to an older version is noticed, kept as evidence, and heals', async ({ prefix }) => {
  const { fixture, reading } = await start()
  const older = find(fixture, prefix)
  for (let day = 10; day < 20; day++) reading.mailbox.create(oneHour(`Event ${day}`, `2026-11-${day}`))
  await fixture.deliver()
  await fixture.connect(reading.person)
  await pass(fixture, hours(1), minutes(15))
  expect(alarms(fixture)).toEqual([])

  for (const row of older) fixture.tables.overwrite('accounts', row)
  for (let day = 10; day < 20; day++) reading.mailbox.create(oneHour(`Later ${day}`, `2026-11-${day}`))
  await fixture.deliver()
  await pass(fixture, hours(2), minutes(15))
  expect(alarms(fixture).length).toBeGreaterThan(0)
  expect(find(fixture, `~quarantine-${prefix}`).length).toBeGreaterThan(0)
  expect(await reading.shown()).toEqual(reading.actual())

  const before = alarms(fixture).length
  await pass(fixture, days(2), hours(2))
  expect(await reading.shown()).toEqual(reading.actual())
  expect(alarms(fixture)).toHaveLength(before)
})

test.each([
  { what: 'calendar', prefix: 'state.calendar.' },
  { what: 'part of the index', prefix: 'index.' },
])('K2: a $what that is taken away is noticed, and heals', async ({ prefix }) => {
  const { fixture, reading } = await start()
  for (const { partitionKey, rowKey } of find(fixture, prefix).slice(0, 3))
    await fixture.tables.table('accounts').commit(partitionKey, [{ kind: 'delete', rowKey }])
  reading.mailbox.create(oneHour('Later', '2026-11-20'))
  await fixture.deliver()
  await pass(fixture, days(2), hours(2))
  expect(alarms(fixture)).toHaveLength(1)
  expect(await reading.shown()).toEqual(reading.actual())
})

test.each(['put back', 'taken away'])(
  'K2: event rows that are %s are noticed by the next night, and heal',
  async (how) => {
    const { fixture, reading } = await start()
    const older = find(fixture, 'event.').slice(0, 8)
    if (how === 'put back') {
      for (const { id } of reading.mailbox.calendar().store.items.values())
        reading.mailbox.patch(id, { subject: 'Changed' })
      await fixture.deliver()
    }
    for (const row of older)
      if (how === 'put back') fixture.tables.overwrite('accounts', row)
      else await fixture.tables.table('accounts').commit(row.partitionKey, [{ kind: 'delete', rowKey: row.rowKey }])
    await pass(fixture, days(2), hours(2))
    expect(alarms(fixture)).toHaveLength(1)
    expect(await reading.shown()).toEqual(reading.actual())
  },
)

test('a deletion of a series that ends half-way alarms nobody, today or at night', async () => {
  let isArmed = false
  const fixture = await startService({
    throughTables: (tables) =>
      beforeCommit(tables, (writes) => {
        if (!isArmed || !writes.some(({ rowKey }) => rowKey.startsWith('series.'))) return
        isArmed = false
        throw new SyncError('STORAGE_UNAVAILABLE', 'simulated')
      }),
  })
  const reading = await startReading(fixture)
  const range = { type: 'noEnd', startDate: '2026-11-01' } as const
  const series = reading.mailbox.create({
    ...oneHour('Daily', '2026-11-01'),
    recurrence: { pattern: { type: 'daily', interval: 1 }, range },
  })
  await fixture.deliver()
  expect(await reading.shown()).not.toEqual([])
  isArmed = true
  reading.mailbox.remove(series.item.id)
  await fixture.deliver()
  expect(isArmed).toBe(false)
  await pass(fixture, days(3), hours(2))
  expect(await reading.shown()).toEqual([])
  expect(alarms(fixture)).toEqual([])
})

test('three ordinary days alarm nobody', async () => {
  const { fixture, reading } = await start()
  await pass(fixture, days(3), hours(2))
  expect(await reading.shown()).toEqual(reading.actual())
  expect(alarms(fixture)).toEqual([])
})
