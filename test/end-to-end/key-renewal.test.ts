import { expect, test } from 'vitest'
import { SyncError } from '../../shared/core/errors.ts'
import { days, hours, minutes } from '../../shared/core/time.ts'
import { generationOf } from '../../shared/crypto/key-id.ts'
import type { Tables, Write } from '../../shared/storage/table.ts'
import { beforeCommit } from '../support/failing-tables.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { pass, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

const keysOf = ({ tables }: ServiceFixture) =>
  tables.rows('keys').flatMap(({ rowKey }) => (rowKey.startsWith('key-') ? [Number(rowKey.slice(4))] : []))

/** The generations that the rows of the account are under. */
function generationsOf({ tables }: ServiceFixture): ReadonlySet<number> {
  const rows = tables.rows('accounts').filter(({ rowKey }) => !rowKey.startsWith('~'))
  return new Set(rows.map(({ properties }) => generationOf((properties['b0'] as Uint8Array).subarray(3, 19))))
}

const said = ({ logged }: ServiceFixture, text: string) => logged.filter((line) => line.includes(text))

async function start(throughTables: (tables: Tables) => Tables = (tables) => tables) {
  const fixture = await startService({ throughTables })
  return { fixture, reading: await startReading(fixture, { singles: 60, series: 3 }) }
}

test('after a renewal all rows are sealed again under the new key, and only then is the old one deleted', async () => {
  const { fixture, reading } = await start()
  expect(await fixture.service.operator.reencryptAll()).toBe(1)
  reading.mailbox.create(oneHour('After', '2026-11-20'))
  await fixture.clock.advance(minutes(1))
  await fixture.deliver()
  expect(generationsOf(fixture)).toEqual(new Set([1, 2]))
  expect(await reading.shown()).toEqual(reading.actual())
  for (let step = 0; step < 16 && generationsOf(fixture).has(1); step++) {
    expect(keysOf(fixture)).toEqual([1, 2])
    await pass(fixture, minutes(30))
  }
  await pass(fixture, hours(4), minutes(30))
  expect(generationsOf(fixture)).toEqual(new Set([2]))
  expect(keysOf(fixture)).toEqual([2])
  expect(await reading.shown()).toEqual(reading.actual())
  expect(said(fixture, 'row-rolled-back')).toEqual([])
  expect(said(fixture, 'row-quarantined')).toEqual([])
})

test('a key that is a year old is renewed by itself', async () => {
  const { fixture, reading } = await start()
  for (let month = 0; month < 13; month++) {
    await fixture.clock.advance(days(29))
    await fixture.connect(reading.person)
    await pass(fixture, hours(3), hours(1))
  }
  expect(keysOf(fixture)).toEqual([2])
  expect(said(fixture, '"event":"account-key-renewed"')).toHaveLength(1)
  expect(await reading.shown()).toEqual(reading.actual())
})

test('rows that others write while the sweep is on are neither lost nor left under the old key', async () => {
  const { fixture, reading } = await start()
  const other = await startService({ beside: fixture })
  await fixture.service.operator.reencryptAll()
  for (let at = 0; at < 24; at++) {
    reading.mailbox.create(oneHour(`Event ${at}`, '2026-11-20'))
    await Promise.all([fixture.deliver(), other.service.wakeDue()])
    await Promise.all([fixture.settle(), other.settle()])
    await pass(fixture, minutes(20))
  }
  expect(generationsOf(fixture)).toEqual(new Set([2]))
  expect(keysOf(fixture)).toEqual([2])
  expect(await reading.shown()).toEqual(reading.actual())
  for (const one of [fixture, other]) expect(said(one, 'row-quarantined')).toEqual([])
})

/** Tables that bring all rows of a sweep at once, after the time that a visit has. */
const slowly = (tables: Tables, isSlow: () => boolean, wait: () => Promise<void>): Tables => ({
  table(name) {
    const table = tables.table(name)
    return {
      ...table,
      async *range(partition, from, to) {
        if (name !== 'accounts' || to !== '~' || !isSlow()) return yield* table.range(partition, from, to)
        const rows = []
        for await (const page of table.range(partition, from, to)) rows.push(...page)
        await wait()
        yield rows
      },
    }
  },
})

test('a renewal just before the end of a sweep begins it anew: no row is left under a key that is deleted', async () => {
  let isSlow = false
  const { fixture, reading } = await start((tables) =>
    slowly(
      tables,
      () => isSlow,
      async () => fixture.clock.advance(minutes(1)),
    ),
  )
  await fixture.service.operator.reencryptAll()
  for (let step = 0; generationsOf(fixture).has(1); step++) {
    expect(step).toBeLessThan(10)
    await pass(fixture, minutes(30))
  }
  isSlow = true
  await pass(fixture, minutes(45), minutes(15))
  expect(keysOf(fixture)).toEqual([1, 2])
  await fixture.service.operator.reencryptAll()
  isSlow = false
  await pass(fixture, hours(5), minutes(30))
  expect(generationsOf(fixture)).toEqual(new Set([3]))
  expect(keysOf(fixture)).toEqual([3])
  reading.mailbox.create(oneHour('After', '2026-11-20'))
  await fixture.deliver()
  expect(await reading.shown()).toEqual(reading.actual())
  expect(said(fixture, 'row-quarantined')).toEqual([])
})

/** The rows of the account, and its keys; timers write to other rows. */
const isOfSweep = (writes: readonly Write[], table: string): boolean =>
  table === 'accounts' || writes.some(({ rowKey }) => rowKey.startsWith('key-'))

test('a sweep that crashes at any of its commits goes on, and nothing alarms', async () => {
  let countdown = Number.POSITIVE_INFINITY
  const { fixture, reading } = await start((tables) =>
    beforeCommit(tables, (writes, table) => {
      if (!isOfSweep(writes, table) || --countdown > 0) return
      countdown = 3
      throw new SyncError('STORAGE_UNAVAILABLE', 'simulated')
    }),
  )
  await fixture.service.operator.reencryptAll()
  countdown = 3
  await pass(fixture, days(1), minutes(30))
  countdown = Number.POSITIVE_INFINITY
  await pass(fixture, hours(6), minutes(30))
  expect(generationsOf(fixture)).toEqual(new Set([2]))
  expect(keysOf(fixture)).toEqual([2])
  expect(await reading.shown()).toEqual(reading.actual())
  expect(said(fixture, 'row-rolled-back')).toEqual([])
})
