import { beforeEach, expect, test } from 'vitest'
import { type DurationMs, days, hours, minutes, seconds } from '../../shared/core/time.ts'
import { beforeRead } from '../support/failing-tables.ts'
import { manualClock, oneHour } from '../support/graph-stand-in.ts'
import { linesOf } from '../support/reading.ts'
import { startService } from '../support/service.ts'
import { startWriting, type Writing } from '../support/writing.ts'

let at: Writing

beforeEach(async () => {
  at = await startWriting()
})

/** Time passes, three hours at a time at most, with the timer and the queue at work. */
async function pass(time: DurationMs): Promise<void> {
  const step = Math.min(time, hours(3)) as DurationMs
  for (let spent = 0; spent < time; spent += step) {
    await at.fixture.clock.advance(step)
    await at.fixture.service.wakeDue()
    await at.fixture.settle()
  }
}

const create = (subject: string, day: number, lastDay = day) =>
  at.mailbox.create({
    subject,
    start: { dateTime: at.at(day, '09:00').slice(0, -1), timeZone: 'UTC' },
    end: { dateTime: at.at(lastDay, '10:00').slice(0, -1), timeZone: 'UTC' },
  })

const span = (from: number, to: number) =>
  `from=${at.at(from, '00:00').slice(0, 10)}&to=${at.at(to, '00:00').slice(0, 10)}`
const summaries = async (query: string) =>
  (await at.read(`include_managed=true&${query}`)).map(({ summary }) => summary)
const changedSince = (moment: string) => `last_modified=${moment}&include_deleted=true`

test('an event that comes into the window is told like a new one, within a day', async () => {
  create('Far away', 203)
  await at.fixture.deliver()
  expect(await summaries(span(200, 205))).toEqual([])
  const before = at.at(0, '00:00')
  await pass(days(4))
  expect(await summaries(changedSince(before))).toEqual(['Far away'])
  expect(await summaries(span(198, 200))).toEqual(['Far away'])
})

test('an event that the window leaves behind is not told as deleted, and its row goes', async () => {
  create('Long ago', -40)
  create('Today', 0)
  await at.fixture.deliver()
  const rows = () => at.fixture.tables.rows('accounts').filter(({ rowKey }) => rowKey.startsWith('event.')).length
  expect(rows()).toBe(2)
  const before = at.at(0, '12:00')
  for (let week = 0; week < 5; week++) {
    await pass(days(7))
    await at.read()
  }
  expect(await summaries(changedSince(before))).toEqual([])
  expect(rows()).toBe(1)
})

test('an event that reaches across the beginning or the end of the window is not told again as it moves', async () => {
  create('Across both', -60, 400)
  create('Across the beginning', -60, 5)
  await at.fixture.deliver()
  const before = at.at(0, '12:00')
  for (let week = 0; week < 5; week++) {
    await pass(days(7))
    await at.read()
  }
  expect(await summaries(changedSince(before))).toEqual([])
  expect(await summaries(span(-34, -33))).toEqual(['Across the beginning', 'Across both'])
  expect(await summaries(span(198, 200))).toEqual(['Across both'])
})

test('an event is told to whoever asks for changes since before it came, also when its first month is forgotten', async () => {
  const before = at.at(0, '00:00')
  create('Sabbatical', -60, 400)
  await at.fixture.deliver()
  for (let week = 0; week < 5; week++) {
    await pass(days(7))
    expect(await summaries(changedSince(before))).toEqual(['Sabbatical'])
  }
})

test('a calendar that goes while its mass deletion is held holds back nothing of what the window leaves behind', async () => {
  const before = at.at(0, '00:00')
  const { id } = at.mailbox.addCalendar({ name: 'Rehearsals' })
  const rehearsal = at.mailbox.create(oneHour('Rehearsal', '2026-11-20'), { calendarId: id })
  create('Long ago', -40)
  create('Sabbatical', -60, 400)
  await pass(hours(1))
  at.mailbox.remove(rehearsal.item.id)
  at.mailbox.expireTokens()
  await pass(minutes(15))
  expect(linesOf(at.fixture, 'mass-deletion-held')).toHaveLength(1)
  at.mailbox.removeCalendar(id)
  const rows = () => at.fixture.tables.rows('accounts').filter(({ rowKey }) => rowKey.startsWith('event.')).length
  const first = rows()
  for (let week = 0; week < 5; week++) {
    await pass(days(7))
    expect(await summaries(`last_modified=${before}`)).toEqual(['Sabbatical'])
  }
  expect(rows()).toBeLessThan(first)
})

test('all that a fortnight without a connection leaves behind is no mass deletion', async () => {
  for (let day = -41; day < -27; day++) for (let count = 0; count < 6; count++) create(`Day ${day}`, day)
  create('Today', 0)
  await at.fixture.deliver()
  await at.fixture.clock.advance(days(14))
  await pass(hours(24))
  expect(at.fixture.logged.filter((line) => line.includes('mass-deletion-held'))).toEqual([])
})

test('rolls once a night', async () => {
  await pass(days(1))
  const fresh: string[] = []
  at.fixture.intercept = ({ url }) => {
    if (url.includes('startDateTime')) fresh.push(url)
    return undefined
  }
  await pass(days(3))
  expect(fresh).toHaveLength(3)
})

test('rolls, and applies what was asked for, also where every visit has spent its time before it begins with that', async () => {
  let isSlow = false
  const clock = manualClock()
  const slow = await startWriting(
    startService({
      clock,
      settings: { SYNC_BUDGET_SECONDS: '1' },
      throughTables: (tables) => beforeRead(tables, async () => isSlow && clock.advance(seconds(2))),
    }),
  )
  await slow.fixture.clock.advance(days(1))
  isSlow = true
  const fresh: string[] = []
  slow.fixture.intercept = ({ url }) => {
    if (url.includes('startDateTime')) fresh.push(url)
    return undefined
  }
  const asked = await slow.upsert(slow.meeting())
  for (let visits = 0; visits < 10; visits++) {
    await slow.fixture.service.wakeDue()
    await slow.fixture.settle()
    await clock.advance(minutes(5))
  }
  isSlow = false
  expect(await slow.outcome(asked)).toMatchObject({ state: 'applied' })
  expect(fresh).toHaveLength(1)
})

test('a deletion that no delta has told is found by the round of the night', async () => {
  create('Deleted', 1)
  await at.fixture.deliver()
  at.fixture.intercept = withoutTombstones
  at.mailbox.remove(at.find('Deleted')?.id ?? '')
  await at.fixture.deliver()
  expect(await summaries(span(0, 3))).toEqual(['Deleted'])
  await pass(days(1))
  expect(await summaries(span(0, 3))).toEqual([])
})

async function withoutTombstones(sent: Request): Promise<Response> {
  const answer = await at.fixture.graph.fetch(sent)
  if (!sent.url.includes('/delta') || !answer.ok) return answer
  const page = (await answer.json()) as { value: object[] }
  return Response.json({ ...page, value: page.value.filter((item) => !('@removed' in item)) })
}
