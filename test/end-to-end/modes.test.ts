import { beforeEach, describe, expect, test } from 'vitest'
import { type DurationMs, hours, minutes } from '../../shared/core/time.ts'
import { startWriting, type Writing } from '../support/writing.ts'

let at: Writing

beforeEach(async () => {
  at = await startWriting()
})

/** Time passes, a minute at a time unless it is said, with the timer and the queue at work. */
async function pass(time: DurationMs, step: DurationMs = minutes(1)): Promise<void> {
  for (let spent = 0; spent < time; spent += step) {
    await at.fixture.clock.advance(step)
    await at.fixture.service.wakeDue()
    await at.fixture.settle()
  }
}

const create = (subject: string) =>
  at.mailbox.create({
    subject,
    start: { dateTime: at.at(2, '09:00').slice(0, -1), timeZone: 'UTC' },
    end: { dateTime: at.at(2, '10:00').slice(0, -1), timeZone: 'UTC' },
  })

const summaries = async () => (await at.read()).map(({ summary }) => summary).sort()

interface Sync {
  readonly mode: string
  readonly notified_at?: string
  readonly subscribed_until?: string
}

async function syncOf(): Promise<Sync> {
  const { body } = await at.get('/v1/calendars')
  const [calendar] = body['calendars'] as { calendar_sync: Sync }[]
  if (calendar === undefined) throw new Error('no calendar')
  return calendar.calendar_sync
}

const deltaRequests = () => at.fixture.graph.requests.list().filter(({ path }) => path.includes('/delta')).length
const logged = (event: string) => at.fixture.logged.filter((line) => line.includes(`"${event}"`))

describe('a calendar that Microsoft tells us about', () => {
  test('is read once an hour although nothing is told, and says so', async () => {
    expect(await syncOf()).toMatchObject({ mode: 'notified', subscribed_until: expect.any(String) })
    await pass(minutes(2))
    at.fixture.graph.requests.clear()
    await pass(hours(6))
    expect(deltaRequests()).toBeGreaterThanOrEqual(6)
    expect(deltaRequests()).toBeLessThanOrEqual(8)
  })

  test('W7: shows within an hour what was never told, and is polled from then on until something is told', async () => {
    at.fixture.faults.notifications.drop = 1
    create('Never told')
    await pass(minutes(61))
    expect(await summaries()).toEqual(['Never told'])
    await pass(minutes(16))
    expect(await syncOf()).toMatchObject({ mode: 'polled' })
    expect(logged('subscription-deaf')).toHaveLength(1)
    create('Polled')
    await pass(minutes(6))
    expect(await summaries()).toEqual(['Never told', 'Polled'])
    at.fixture.faults.notifications.drop = 0
    create('Told')
    await pass(minutes(1))
    expect(await summaries()).toEqual(['Never told', 'Polled', 'Told'])
    expect(await syncOf()).toMatchObject({ mode: 'notified', notified_at: expect.any(String) })
    expect(logged('calendar-mode').map((line) => (JSON.parse(line) as { mode: string }).mode)).toEqual([
      'notified',
      'polled',
      'notified',
    ])
  })

  test('gets another subscription when nothing is heard of the one it has', async () => {
    const [before] = at.fixture.graph.subscriptions.list()
    at.fixture.faults.notifications.drop = 1
    create('Never told')
    await pass(minutes(90))
    const after = at.fixture.graph.subscriptions.list()
    expect(after).toHaveLength(1)
    expect(after[0]?.id).not.toBe(before?.id)
  })

  test('keeps its subscription for a fortnight, renewed with more than a day left', async () => {
    const [before] = at.fixture.graph.subscriptions.list()
    for (let day = 0; day < 14; day++) {
      await pass(hours(24), minutes(15))
      const [now] = at.fixture.graph.subscriptions.list()
      expect(now?.id).toBe(before?.id)
      expect(Number(now?.expiresAt) - at.fixture.clock.now()).toBeGreaterThan(hours(24))
    }
    expect(logged('calendar-mode')).toHaveLength(1)
  }, 240_000)
})

describe('a calendar that cannot be subscribed to', () => {
  const refuse = () =>
    at.fixture.faults.answers.push({ status: 403, times: 100_000, path: '/subscriptions', code: 'ExtensionError' })

  beforeEach(async () => {
    const [subscription] = at.fixture.graph.subscriptions.list()
    at.fixture.graph.subscriptions.tellLifecycle(subscription?.id ?? '', 'subscriptionRemoved')
    refuse()
    await pass(minutes(1))
  })

  test('is polled every five minutes, and asks for a subscription more and more seldom', async () => {
    await pass(hours(48), minutes(5))
    at.fixture.graph.requests.clear()
    create('Polled')
    await pass(minutes(6))
    expect(await summaries()).toEqual(['Polled'])
    expect(await syncOf()).toMatchObject({ mode: 'polled' })
    await pass(hours(24), minutes(5))
    const asked = at.fixture.graph.requests.list().filter(({ path }) => path.includes('/subscriptions')).length
    expect(asked).toBeLessThanOrEqual(6)
  }, 240_000)

  test('is notified again, by itself, when Microsoft takes the subscription', async () => {
    at.fixture.faults.answers = []
    await pass(hours(7))
    expect(await syncOf()).toMatchObject({ mode: 'notified' })
    expect(at.fixture.graph.subscriptions.list()).toHaveLength(1)
  })
})
