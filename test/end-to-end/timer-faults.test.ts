import { beforeEach, describe, expect, test } from 'vitest'
import { days, type EpochMs, elapsed, epochMs, hours, later, minutes, seconds } from '../../shared/core/time.ts'
import { dailySeries, manualClock, oneHour } from '../support/graph-stand-in.ts'
import { linesOf, pass, pulls, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'
import { startWriting } from '../support/writing.ts'

const ACCOUNTS = 12

let fixture: ServiceFixture
let readings: Reading[]

async function connectMany(): Promise<void> {
  fixture = await startService()
  readings = []
  for (let at = 0; at < ACCOUNTS; at++) readings.push(await startReading(fixture, { singles: 3, seed: at }))
}

const plans = () => fixture.tables.rows('schedule').length

/** What a tick leads to: pulls of each instance. */
async function handled(...instances: readonly ServiceFixture[]): Promise<number> {
  for (const { graph } of instances) graph.requests.clear()
  for (const instance of instances) await instance.settle()
  return instances.reduce((sum, instance) => sum + pulls(instance), 0)
}

const expectAllShown = async () => {
  for (const reading of readings) expect(await reading.shown()).toEqual(reading.actual())
}

describe('T1: a tick that', () => {
  beforeEach(async () => {
    await connectMany()
    // The plans that connecting made are used up.
    await pass(fixture, minutes(10))
    fixture.faults.notifications.drop = 1
    for (const { mailbox } of readings) mailbox.create(oneHour('Not told', '2026-11-20'))
    await fixture.clock.advance(hours(7))
  })

  test('overlaps with one of another instance reads each calendar once, and leaves one plan for each account', async () => {
    const other = await startService({ beside: fixture })
    await Promise.all([fixture, other, fixture].map(({ service }) => service.wakeDue()))
    expect(await handled(fixture, other)).toBe(ACCOUNTS)
    expect(plans()).toBe(ACCOUNTS)
    await expectAllShown()
  })

  test('runs twice wakes nobody the second time', async () => {
    expect(await fixture.service.wakeDue()).toBe(ACCOUNTS)
    expect(await fixture.service.wakeDue()).toBe(0)
    expect(await handled(fixture)).toBe(ACCOUNTS)
    expect(await fixture.service.wakeDue()).toBe(0)
  })

  test('ends before its accounts are visited leaves them to the queue, and one that ends half-way to the next tick', async () => {
    let sent = 0
    const dying = await startService({
      beside: fixture,
      throughWaker: (waker) => ({
        async wake(wakeUps, wait) {
          if (sent >= ACCOUNTS / 2) throw new Error('the instance ends')
          await waker.wake(wakeUps, wait)
          sent += wakeUps.length
        },
      }),
    })
    await expect(dying.service.wakeDue()).rejects.toThrow('the instance ends')
    expect(sent).toBeLessThan(ACCOUNTS)
    expect(await fixture.service.wakeDue()).toBe(ACCOUNTS - sent)
    expect(await handled(dying, fixture)).toBe(ACCOUNTS)
    await expectAllShown()
  })
})

describe('T2: after the timer was down for six hours,', () => {
  test('one pass visits every account once, and the next tick finds nothing', async () => {
    await connectMany()
    await pass(fixture, minutes(10))
    fixture.faults.notifications.drop = 1
    for (const { mailbox } of readings) mailbox.create(oneHour('While it was down', '2026-11-20'))
    await fixture.clock.advance(hours(6))
    fixture.graph.requests.clear()
    for (let tick = 0; tick < 2; tick++) {
      await fixture.service.wakeDue()
      await fixture.settle()
    }
    expect(pulls(fixture)).toBe(ACCOUNTS)
    expect(await fixture.service.wakeDue()).toBe(0)
    await expectAllShown()
  })

  test('subscriptions that came into their time of renewal are renewed before they end', async () => {
    await connectMany()
    const subscriptions = () => fixture.graph.subscriptions.list()
    const [first] = subscriptions()
    // The first of them is renewed 60 hours before its end.
    const before = later(first?.expiresAt ?? epochMs(0), hours(-61))
    await fixture.clock.advance(elapsed(fixture.clock.now(), before))
    await pass(fixture, minutes(10))
    const [ids, ends] = [subscriptions().map(({ id }) => id), Math.min(...subscriptions().map((one) => one.expiresAt))]
    await fixture.clock.advance(hours(6))
    await pass(fixture, hours(8), minutes(30))
    expect(subscriptions().map(({ id }) => id)).toEqual(ids)
    expect(Math.min(...subscriptions().map(({ expiresAt }) => expiresAt))).toBeGreaterThan(ends)
    await fixture.clock.advance(epochMs(ends - fixture.clock.now() + 1) as never)
    expect(subscriptions()).toHaveLength(ACCOUNTS)
  })
})

/** The start of the day before, so that what is about to happen lies ahead. */
const dayBefore = (day: string): EpochMs => epochMs(Date.parse(`${day}T00:00:00Z`) - days(1))

describe.each([
  ['the clocks go forward', '2027-03-28'],
  ['the clocks go back', '2026-10-25'],
  ['there is a 29 February', '2028-02-29'],
  ['32 bits of seconds end', '2038-01-19'],
  ['a year of 53 weeks ends', '2026-12-31'],
])('T3: on the day on which %s,', (_what, day) => {
  test('events stay where they are, before, during and after it', async () => {
    const clock = manualClock(dayBefore(day))
    const other = await startService({ clock })
    const reading = await startReading(other, { singles: 10 })
    for (let hour = 0; hour < 23; hour++) reading.mailbox.create(inCopenhagen(`At ${hour}`, day, hour))
    reading.mailbox.create({ ...dailySeries('Every day', dayOf(dayBefore(day)), 10) })
    reading.mailbox.create(allDay('The day itself', day))
    await other.deliver()
    for (let half = 0; half < 6; half++) {
      expect(await reading.shown()).toEqual(reading.actual())
      await pass(other, hours(12), hours(3))
    }
    expect(linesOf(other, 'calendar-pulled').filter(({ first }) => first === false)).not.toEqual([])
    expect(linesOf(other, 'mass-deletion-held')).toEqual([])
  })

  test('what an integrator asks for is written once, at the time it said', async () => {
    const at = await startWriting(startService({ clock: manualClock(dayBefore(day)) }))
    const times = {
      start: { time: `${day}T09:00:00`, tzid: 'Europe/Copenhagen' },
      end: { time: `${day}T10:00:00`, tzid: 'Europe/Copenhagen' },
    }
    await at.upsert(at.meeting(times))
    await at.sync()
    at.writes()
    await at.upsert(at.meeting(times))
    await at.sync()
    await at.sync()
    expect(at.writes()).toEqual([])
    const [told] = await at.read('include_managed=true&localized_times=true')
    expect(told?.start).toMatchObject({ time: expect.stringContaining(`${day}T09:00:00`) })
    expect(at.held()).toHaveLength(1)
  })
})

const dayOf = (moment: EpochMs) => new Date(moment).toISOString().slice(0, 10)

const inCopenhagen = (subject: string, day: string, hour: number) => {
  const at = (minute: number) => ({
    dateTime: `${day}T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00`,
    timeZone: 'Romance Standard Time',
  })
  return { subject, start: at(0), end: at(30) }
}

function allDay(subject: string, day: string): object {
  const [start, end] = [day, dayOf(later(epochMs(Date.parse(`${day}T00:00:00Z`)), days(1)))]
  const midnight = (date: string) => ({ dateTime: `${date}T00:00:00`, timeZone: 'UTC' })
  return { subject, isAllDay: true, start: midnight(start), end: midnight(end ?? '') }
}

test('T3: instances whose clocks are five minutes apart agree in the end', async () => {
  const at = await startWriting()
  const skewed = (skew: number) => {
    const { clock } = at.fixture
    return startService({ beside: at.fixture, clock: { ...clock, now: () => epochMs(clock.now() + skew) } })
  }
  const instances = [at.fixture, await skewed(minutes(5)), await skewed(-minutes(5))]
  for (let turn = 0; turn < 12; turn++) {
    const instance = instances[turn % 3] ?? at.fixture
    await at.upsert(at.meeting({ summary: `Turn ${turn}`, event_id: `fa-${turn % 4}` }))
    at.mailbox.create(oneHour(`In Outlook ${turn}`, '2026-11-10', turn))
    await at.fixture.clock.advance(seconds(1))
    await instance.service.syncMailbox(at.fixture.queue[0])
    await at.fixture.settle()
    for (const one of instances) await one.settle()
  }
  await pass(at.fixture, minutes(30))
  for (const instance of instances) await instance.settle()
  const summaries = [
    'Turn 8',
    'Turn 9',
    'Turn 10',
    'Turn 11',
    ...Array.from({ length: 12 }, (_, n) => `In Outlook ${n}`),
  ]
  expect(
    at
      .held()
      .map(({ fields }) => fields['subject'])
      .sort(),
  ).toEqual([...summaries].sort())
  expect((await at.read()).map(({ summary }) => summary).sort()).toEqual([...summaries].sort())
  expect(at.fixture.graph.subscriptions.list()).toHaveLength(1)
})
