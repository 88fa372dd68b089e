import { beforeEach, describe, expect, test } from 'vitest'
import { hours, minutes, seconds } from '../../shared/core/time.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { linesOf, pass, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let fixture: ServiceFixture

beforeEach(async () => {
  fixture = await startService()
})

const refusal = (status: number, code: string, headers: Record<string, string> = {}) =>
  Response.json({ error: { code, message: 'no' } }, { status, headers })

const isDelta = ({ url }: Request) => url.includes('/delta')
const isFirstPage = ({ url }: Request) => url.includes('startDateTime')
const isOf = ({ person }: Reading, { headers }: Request) =>
  headers.get('authorization') === `Bearer ${fixture.tokenOf(person)}`

const soon = '2026-11-20'

/** What an integrator that has read until `since` is told of. */
async function news({ reader }: Reading, since: string): Promise<readonly { summary: string; deleted: boolean }[]> {
  const query = `/v1/events?tzid=Etc/UTC&include_deleted=true&last_modified=${since}`
  const { body } = await (await reader()).get(query)
  return (body['events'] as { summary: string; deleted: boolean }[]).map(({ summary, deleted }) => ({
    summary,
    deleted,
  }))
}

describe.each([
  ['410', 'syncStateNotFound'],
  ['410', 'resyncRequired'],
  ['400', 'SyncStateInvalid'],
  ['404', 'syncStateNotFound'],
])('G3: a cursor that Graph refuses with %s %s', (status, code) => {
  test('leads to one full read that tells the one change and nothing else', async () => {
    const reading = await startReading(fixture, { singles: 80, series: 3, occurrences: 10 })
    await pass(fixture, minutes(40), minutes(20))
    const since = new Date(fixture.clock.now()).toISOString().slice(0, 19)
    const before = await reading.shown()
    let refused = 0
    fixture.intercept = (sent) => {
      if (!isDelta(sent) || isFirstPage(sent) || refused > 0) return undefined
      refused++
      return refusal(Number(status), code)
    }
    reading.mailbox.create(oneHour('After the reset', soon))
    await fixture.deliver()
    expect(refused).toBe(1)
    expect(await reading.shown()).toEqual(reading.actual())
    expect(await reading.shown()).toHaveLength(before.length + 1)
    expect(await news(reading, `${since}Z`)).toEqual([{ summary: 'After the reset', deleted: false }])
    expect(linesOf(fixture, 'mass-deletion-held')).toEqual([])
  })
})

const INSTANT = 'Mon, 02 Nov 2026 08:00:00 GMT'

describe.each([
  { named: '0', waitMs: 0 },
  { named: '0.5', waitMs: 500 },
  { named: '30', waitMs: 30_000 },
  { named: '600', waitMs: 600_000 },
  { named: 'Mon, 02 Nov 2026 08:02:00 GMT', waitMs: 120_000 },
])('G4: a mailbox that answers 429 with Retry-After $named', ({ named, waitMs }) => {
  test('is left alone for exactly that time, and no other mailbox waits with it', async () => {
    const [throttled, other] = [
      await startReading(fixture, { singles: 3 }),
      await startReading(fixture, { singles: 3 }),
    ]
    const asked: number[] = []
    fixture.intercept = (sent) => {
      if (!isOf(throttled, sent)) return undefined
      asked.push(fixture.clock.now())
      return asked.length === 1 ? refusal(429, 'TooManyRequests', { 'Retry-After': named, Date: INSTANT }) : undefined
    }
    for (const { mailbox } of [throttled, other]) mailbox.create(oneHour('New', soon))
    await fixture.deliver()
    expect(await other.shown()).toEqual(other.actual())
    throttled.mailbox.create(oneHour('Newer', soon))
    for (let second = 0; second <= waitMs / 1000; second += 10) {
      await fixture.clock.advance(seconds(10))
      await fixture.settle()
    }
    expect(await throttled.shown()).toEqual(throttled.actual())
    const [first = 0, second = 0] = asked
    expect(second - first).toBeGreaterThanOrEqual(waitMs)
    expect(second - first).toBeLessThanOrEqual(waitMs + seconds(10))
  })
})

test('G4: when Microsoft throttles the whole app, every mailbox is asked once and then left alone', async () => {
  const readings: Reading[] = []
  for (let at = 0; at < 10; at++) readings.push(await startReading(fixture, { singles: 2 }))
  let asked = 0
  fixture.intercept = () => {
    asked++
    return refusal(503, 'ServiceUnavailable', { 'Retry-After': '120' })
  }
  for (let second = 0; second < 110; second += 10) {
    for (const { mailbox } of readings) mailbox.create(oneHour(`New after ${second} s`, soon))
    await fixture.clock.advance(seconds(10))
    await fixture.service.wakeDue()
    await fixture.settle()
  }
  expect(asked).toBe(readings.length)
  fixture.intercept = () => undefined
  await pass(fixture, minutes(5), minutes(1))
  for (const reading of readings) expect(await reading.shown()).toEqual(reading.actual())
})

describe('G7: while a mailbox of several pages is read,', () => {
  const isLaterPage = (sent: Request) => isDelta(sent) && /skiptoken/i.test(sent.url)

  test.each([
    ['fails with 503', () => refusal(503, 'ServiceUnavailable')],
    ['breaks off in the middle', () => new Response('{"value":[{"id":', { status: 200 })],
    ['is refused', () => refusal(403, 'ErrorAccessDenied')],
    ['is lost on the way', () => Promise.reject(new TypeError('socket hang up'))],
  ])('the second page %s, and nothing is lost', async (_what, answer) => {
    let failed = 0
    fixture.intercept = (sent) => (isLaterPage(sent) && failed++ === 0 ? answer() : undefined)
    const reading = await startReading(fixture, { singles: 700 })
    expect(failed).toBeGreaterThan(0)
    await pass(fixture, minutes(15))
    expect(await reading.shown()).toEqual(reading.actual())
    expect(linesOf(fixture, 'calendar-pulled').filter(({ first }) => first === true)).toHaveLength(1)
  })

  test('events are made, moved and deleted between two pages, and every one is right in the end', async () => {
    const reading: { mailbox?: Reading['mailbox'] } = {}
    let page = 0
    fixture.intercept = (sent) => {
      if (isLaterPage(sent) && reading.mailbox !== undefined) disturb(reading.mailbox, page++)
      return undefined
    }
    const later = await startReading(fixture, { singles: 0 })
    reading.mailbox = later.mailbox
    for (let index = 0; index < 700; index++) later.mailbox.create(oneHour(`Event ${index}`, dayOf(index), index % 20))
    await fixture.deliver()
    await fixture.deliver()
    expect(page).toBeGreaterThan(2)
    expect(await later.shown()).toEqual(later.actual())
  })

  const dayOf = (index: number) => new Date(Date.UTC(2026, 10, 3 + (index % 150))).toISOString().slice(0, 10)

  /** One event that has been read, one that has not, and a new one. */
  function disturb(mailbox: Reading['mailbox'], page: number): void {
    if (page > 3) return
    const items = [...mailbox.calendar().store.items.values()]
    mailbox.patch(items[page]?.id ?? '', { subject: `Renamed ${page}` })
    mailbox.remove(items[page + 100]?.id ?? '')
    mailbox.patch(items.at(-1 - page)?.id ?? '', oneHour(`Moved ${page}`, '2026-12-24', page))
    mailbox.remove(items.at(-50 - page)?.id ?? '')
    mailbox.create(oneHour(`Made ${page}`, '2026-12-24', page))
  }
})

describe('G8: after a reset,', () => {
  let reading: Reading

  async function resetWithout(missing: number): Promise<void> {
    reading = await startReading(fixture, { singles: 200 })
    const items = [...reading.mailbox.calendar().store.items.values()]
    const left = new Set(items.slice(missing).map(({ id }) => id))
    reading.mailbox.expireTokens()
    fixture.intercept = (sent) => (isDelta(sent) ? withoutOthers(sent, left) : undefined)
    reading.mailbox.create(oneHour('Something to notify about', soon))
    left.add([...reading.mailbox.calendar().store.items.keys()].at(-1) ?? '')
    await fixture.deliver()
  }

  async function withoutOthers(sent: Request, left: ReadonlySet<string>): Promise<Response> {
    const answer = await fixture.graph.fetch(sent)
    const page = (await answer.json()) as { value?: { id: string }[] }
    return Response.json({ ...page, value: page.value?.filter(({ id }) => left.has(id)) }, { status: answer.status })
  }

  test('a fifth of a calendar may be gone, and is deleted at once', async () => {
    await resetWithout(40)
    expect(await reading.shown()).toHaveLength(200 - 40 + 1)
    expect(linesOf(fixture, 'mass-deletion-held')).toEqual([])
  })

  test('more than a fifth and more than 50 are deleted after a second full read says the same, with an alarm', async () => {
    await resetWithout(51)
    expect(await reading.shown()).toHaveLength(200 + 1)
    expect(linesOf(fixture, 'mass-deletion-held')).toMatchObject([{ level: 'error', gone: 51 }])
    await pass(fixture, minutes(4), minutes(1))
    expect(await reading.shown()).toHaveLength(200 + 1)
    await pass(fixture, minutes(10))
    expect(await reading.shown()).toHaveLength(200 - 51 + 1)
  })

  test('what was missed and comes back with the second full read was never deleted', async () => {
    await resetWithout(199)
    fixture.intercept = () => undefined
    await pass(fixture, minutes(10))
    expect(await reading.shown()).toEqual(reading.actual())
    const deleted = await (await reading.reader()).get('/v1/events?tzid=Etc/UTC&include_deleted=true')
    expect((deleted.body['events'] as { deleted: boolean }[]).filter((event) => event.deleted)).toEqual([])
  })
})

describe.each([
  ['403 ErrorAccessDenied', 403, 'ErrorAccessDenied'],
  ['403 ErrorMailboxMoveInProgress', 403, 'ErrorMailboxMoveInProgress'],
])('G8: a mailbox that answers everything with %s', (_name, status, code) => {
  test('loses no event for it, and goes on when it is back', async () => {
    const reading = await startReading(fixture, { singles: 60 })
    const before = await reading.shown()
    reading.mailbox.create(oneHour('While it was away', soon))
    fixture.intercept = () => refusal(status, code)
    await fixture.deliver()
    await pass(fixture, minutes(30))
    expect(await reading.shown()).toEqual(before)
    fixture.intercept = () => undefined
    await pass(fixture, hours(7))
    expect(await reading.shown()).toEqual(reading.actual())
  })
})
