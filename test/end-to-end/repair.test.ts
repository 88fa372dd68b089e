import { expect, test } from 'vitest'
import { days, hours, minutes } from '../../shared/core/time.ts'
import type { Properties } from '../../shared/storage/table.ts'
import { damage, ofAnotherRelease, rowsOf } from '../support/damage.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { linesOf, pass, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'
import { startWriting, type Writing } from '../support/writing.ts'

const quarantined = (fixture: ServiceFixture, prefix: string) => rowsOf(fixture, `~quarantine-${prefix}`).length
const repairs = (fixture: ServiceFixture) => linesOf(fixture, 'account-repaired')
const rollbacks = (fixture: ServiceFixture) => linesOf(fixture, 'row-rolled-back')

async function startHolding() {
  const fixture = await startService()
  return { fixture, reading: await startReading(fixture, { singles: 40, series: 3 }) }
}

test.each([
  { what: 'calendar', prefix: 'state.calendar.' },
  { what: 'part of the index', prefix: 'index.' },
  { what: 'series', prefix: 'series.' },
])('K1: each $what that does not open is kept as evidence, and read from Microsoft again', async ({ prefix }) => {
  const { fixture, reading } = await startHolding()
  const [first] = reading.mailbox.calendar().store.items.values()
  damage(fixture, prefix)
  for (let day = 10; day < 20; day++) reading.mailbox.create(oneHour(`Later ${day}`, `2026-11-${day}`))
  reading.mailbox.remove(first?.id ?? '')
  await fixture.deliver()
  await pass(fixture, days(2), hours(2))
  expect(await reading.shown()).toEqual(reading.actual())
  expect(quarantined(fixture, prefix)).toBeGreaterThan(0)
  expect(repairs(fixture).length).toBeGreaterThan(0)
  expect(rollbacks(fixture)).toEqual([])

  const before = repairs(fixture).length
  await pass(fixture, days(2), hours(2))
  expect(repairs(fixture)).toHaveLength(before)
  expect(await reading.shown()).toEqual(reading.actual())
})

test('K1: whose token cache does not open connects again, and nothing else has changed', async () => {
  const { fixture, reading } = await startHolding()
  damage(fixture, 'state.token')
  reading.mailbox.create(oneHour('Later', '2026-11-20'))
  await fixture.deliver()
  await pass(fixture, minutes(30))
  expect(quarantined(fixture, 'state.token')).toBe(1)
  expect(linesOf(fixture, 'account-needs-reconnect')).toHaveLength(1)
  await fixture.connect(reading.person)
  await fixture.settle()
  expect(await reading.shown()).toEqual(reading.actual())
})

test.each<{ what: string; change: (before: Properties) => Properties }>([
  { what: 'schema version', change: (before) => ({ ...before, v: 9 }) },
  { what: 'kind of schema version', change: (before) => ({ ...before, v: true }) },
  { what: 'counter', change: (before) => ({ ...before, n: 9_007_199_254_740_000 }) },
  { what: 'kind of counter', change: (before) => ({ ...before, n: 'many' }) },
  { what: 'length', change: ({ b0: _, ...others }) => others },
])('K1: of calendars with another $what nothing is believed', async ({ change }) => {
  const { fixture, reading } = await startHolding()
  damage(fixture, 'state.calendar.', change)
  reading.mailbox.create(oneHour('Later', '2026-11-20'))
  await fixture.deliver()
  await pass(fixture, hours(2), minutes(15))
  expect(await reading.shown()).toEqual(reading.actual())
  expect(repairs(fixture)).toHaveLength(1)
  expect(rollbacks(fixture)).toEqual([])
})

test('K1: damage that comes after a restored older row is repaired with it', async () => {
  const { fixture, reading } = await startHolding()
  const [older] = rowsOf(fixture, 'state.calendar.')
  reading.mailbox.create(oneHour('Later', '2026-11-20'))
  await fixture.deliver()
  if (older !== undefined) fixture.tables.overwrite('accounts', older)
  damage(fixture, 'state.token')
  await pass(fixture, hours(1), minutes(15))
  expect(rollbacks(fixture)).toHaveLength(1)
  expect(repairs(fixture)).toHaveLength(1)
  await fixture.connect(reading.person)
  await pass(fixture, hours(1), minutes(15))
  expect(await reading.shown()).toEqual(reading.actual())
})

test('K1: a row that opens and says what this release does not know stays as it is', async () => {
  const { fixture, reading } = await startHolding()
  const [row] = rowsOf(fixture, 'state.calendar.')
  if (row === undefined) throw new Error('there is no calendar')
  const sealed = await ofAnotherRelease(fixture, row)
  reading.mailbox.create(oneHour('Later', '2026-11-20'))
  await expect(fixture.deliver()).rejects.toMatchObject({ code: 'ROW_CORRUPT' })
  const bytes = ({ b0 }: Properties = {}) => (b0 instanceof Uint8Array ? [...b0] : [])
  expect(bytes(rowsOf(fixture, row.rowKey)[0]?.properties)).toEqual(bytes(sealed))
  expect(repairs(fixture)).toEqual([])
})

/** What FlowAgent knows its event by is damaged, after the event was made. */
async function startDamaged(prefix: string): Promise<Writing> {
  const writing = await startWriting()
  await writing.upsert(writing.meeting())
  await writing.sync()
  expect(writing.held()).toHaveLength(1)
  damage(writing.fixture, prefix)
  return writing
}

test('K1: an event whose agreement does not open is found again, and not made twice', async () => {
  const writing = await startDamaged('agreement.')
  const sent = await writing.upsert(writing.meeting({ summary: 'Renamed' }))
  expect(sent.status).toBe(202)
  await writing.sync()
  expect(await writing.outcome(sent)).toMatchObject({ state: 'applied' })
  expect(writing.held().map(({ fields }) => fields['subject'])).toEqual(['Renamed'])
  expect(await writing.read()).toMatchObject([{ summary: 'Renamed', event_id: 'fa-1' }])
  expect(quarantined(writing.fixture, 'agreement.')).toBe(1)
})

test('K1: other events of an account with an agreement that does not open are changed and read as ever', async () => {
  const writing = await startDamaged('agreement.')
  const sent = await writing.upsert(writing.meeting({ event_id: 'fa-2', summary: 'Another' }))
  writing.mailbox.create(oneHour('In Outlook', '2026-11-23'))
  await writing.sync()
  expect(await writing.outcome(sent)).toMatchObject({ state: 'applied' })
  expect(writing.held()).toHaveLength(3)
  expect(await writing.read()).toHaveLength(3)
})

test('K1: where the number of the last action does not open, the next one has the next number', async () => {
  const writing = await startDamaged('state.actions')
  const sent = await writing.upsert(writing.meeting({ summary: 'Renamed' }))
  expect(sent.status).toBe(202)
  await writing.sync()
  expect(await writing.outcome(sent)).toMatchObject({ state: 'applied' })
  expect(rowsOf(writing.fixture, 'action.')).toHaveLength(2)
  expect(quarantined(writing.fixture, 'state.actions')).toBe(1)
})
