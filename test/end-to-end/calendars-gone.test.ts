import { beforeEach, expect, test } from 'vitest'
import { SyncError } from '../../shared/core/errors.ts'
import { days, hours, minutes, toIsoSeconds } from '../../shared/core/time.ts'
import { CALLBACK } from '../support/channels.ts'
import { beforeCommit } from '../support/failing-tables.ts'
import { orderFaults } from '../support/faults.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { linesOf, pass, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let fixture: ServiceFixture
let reading: Reading
/** Fails the next commit that holds a row whose key begins so. */
let failing = ''

beforeEach(async () => {
  failing = ''
  fixture = await startService({
    throughTables: (tables) =>
      beforeCommit(tables, (writes) => {
        if (failing === '' || !writes.some(({ rowKey }) => rowKey.startsWith(failing))) return
        failing = ''
        throw new SyncError('STORAGE_UNAVAILABLE', 'simulated')
      }),
  })
  reading = await startReading(fixture, { singles: 3 })
  const { id } = reading.mailbox.addCalendar({ name: 'Rehearsals' })
  for (let at = 0; at < 60; at++) reading.mailbox.create(oneHour(`Rehearsal ${at}`, '2026-11-20'), { calendarId: id })
  const range = { type: 'numbered', startDate: '2026-11-21', numberOfOccurrences: 40 } as const
  const recurrence = { pattern: { type: 'daily', interval: 1 }, range } as const
  reading.mailbox.create({ ...oneHour('Practice', '2026-11-21'), recurrence }, { calendarId: id })
  await pass(fixture, hours(1))
  expect(await reading.shown()).toEqual(reading.actual())
})

const unlisted = (...names: string[]) => orderFaults(fixture.faults, { unlisted: names })

const remove = () => {
  const calendar = reading.mailbox.calendars().find(({ name }) => name === 'Rehearsals')
  reading.mailbox.removeCalendar(calendar?.id ?? '')
}

interface Told {
  readonly event_uid: string
  readonly summary: string
  readonly deleted: boolean
}

/** What somebody holds who has read everything once, and only what has changed since. */
async function startFollower() {
  const held = new Map<string, string>()
  const read = async (query: string) => {
    const { body } = await (await reading.reader()).get(`/v1/events?tzid=Etc/UTC&include_deleted=true&${query}`)
    for (const { event_uid, summary, deleted } of body['events'] as Told[])
      if (deleted) held.delete(event_uid)
      else held.set(event_uid, summary)
  }
  await read('from=2026-10-01')
  let since = fixture.clock.now()
  return async () => {
    const now = fixture.clock.now()
    await read(`last_modified=${toIsoSeconds(since)}`)
    since = now
    return [...held.values()].filter((summary) => /^(Rehearsal|Practice)/.test(summary)).length
  }
}

const rows = (prefix: string) => fixture.tables.rows('accounts').filter(({ rowKey }) => rowKey.startsWith(prefix))
const emptied = () => linesOf(fixture, 'calendar-emptied')
/** The only way to see in sealed rows that nothing is in them. */
const longest = (prefix: string) =>
  Math.max(...rows(prefix).map(({ properties }) => (properties['b0'] as Uint8Array).length))

test('a calendar that goes and comes back is told to a channel, and by last_modified, in both directions', async () => {
  const client = await reading.reader()
  await client.send('POST', '/v1/channels', { callback_url: CALLBACK })
  const follow = await startFollower()
  expect(await follow()).toBe(100)
  await pass(fixture, minutes(10))
  fixture.receivers.taken()

  unlisted('Rehearsals')
  await pass(fixture, hours(2))
  expect(fixture.receivers.taken()).toContain('change')
  expect(await follow()).toBe(0)
  expect(emptied()).toMatchObject([{ changes: 100 }])

  unlisted()
  await pass(fixture, hours(2))
  expect(fixture.receivers.taken()).toContain('change')
  expect(await follow()).toBe(100)
  expect(await reading.shown()).toEqual(reading.actual())
  expect(emptied()).toHaveLength(1)
})

test('a calendar that one list leaves out loses nothing, and is told anew to whoever dropped what was in it', async () => {
  unlisted('Rehearsals')
  while ((await reading.shown()).join().includes('Rehearsal')) await pass(fixture, minutes(5))
  const follow = await startFollower()
  expect(await follow()).toBe(0)
  unlisted()
  await pass(fixture, hours(1))
  expect(await follow()).toBe(100)
  await pass(fixture, days(2), hours(2))
  expect(emptied()).toEqual([])
  expect(linesOf(fixture, 'row-rolled-back')).toEqual([])
  expect(await reading.shown()).toEqual(reading.actual())
})

test('a calendar that comes back in the night alarms nobody', async () => {
  unlisted('Rehearsals')
  while ((await reading.shown()).join().includes('Rehearsal')) await pass(fixture, minutes(5))
  unlisted()
  await fixture.clock.advance(days(1))
  await pass(fixture, hours(1))
  expect(linesOf(fixture, 'row-rolled-back')).toEqual([])
  expect(await reading.shown()).toEqual(reading.actual())
})

test('two lists within minutes do not confirm each other', async () => {
  unlisted('Rehearsals')
  for (let list = 0; list < 3; list++) {
    await fixture.connect(reading.person)
    await pass(fixture, minutes(4), minutes(4))
  }
  expect(emptied()).toEqual([])
  await pass(fixture, minutes(5))
  await fixture.connect(reading.person)
  await fixture.settle()
  expect(emptied()).toHaveLength(1)
})

test('of a calendar that is gone neither a series nor the index keeps anything', async () => {
  const before = longest('series.')
  const bytes = () => rows('index.').reduce((sum, { properties }) => sum + (properties['b0'] as Uint8Array).length, 0)
  const indexed = bytes()
  remove()
  await pass(fixture, hours(2))
  expect(longest('series.')).toBeLessThan(before / 4)
  expect(bytes()).toBeLessThan(indexed / 2)
  await pass(fixture, days(2), hours(2))
  expect(linesOf(fixture, 'row-rolled-back')).toEqual([])
})

test('a calendar whose emptying ends half-way is emptied by the next list, and mended', async () => {
  const follow = await startFollower()
  remove()
  failing = 'series.'
  await pass(fixture, hours(2))
  expect(failing).toBe('')
  await pass(fixture, hours(2))
  expect(await follow()).toBe(0)
  expect(emptied().length).toBeGreaterThan(0)
  await pass(fixture, days(2), hours(2))
  expect(linesOf(fixture, 'row-rolled-back')).toEqual([])
  expect(await reading.shown()).toEqual(reading.actual())
})
