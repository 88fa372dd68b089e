import { beforeEach, expect, test } from 'vitest'
import { days, hours, minutes, seconds, toIsoSeconds } from '../../shared/core/time.ts'
import { dailySeries, oneHour } from '../support/graph-stand-in.ts'
import { spanAround } from '../support/mailbox-answer.ts'
import { linesOf, pass, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let fixture: ServiceFixture
let reading: Reading

beforeEach(async () => {
  fixture = await startService()
  reading = await startReading(fixture, { singles: 30, series: 3, occurrences: 8 })
})

const requests = () => fixture.graph.requests.list().filter(({ path }) => /calendarView/i.test(path)).length

test('a calendar whose rounds of changes never end is read all the same, after some pages', async () => {
  fixture.faults.delta.loops = true
  fixture.graph.requests.clear()
  reading.mailbox.create(oneHour('Read as a view', '2026-11-20'))
  reading.mailbox.create(dailySeries('Series in a view', '2026-11-21', 4))
  await fixture.deliver()
  await pass(fixture, minutes(1), minutes(1))
  expect(await reading.shown()).toEqual(reading.actual())
  expect(linesOf(fixture, 'round-without-end')).toHaveLength(1)
  expect(requests()).toBeLessThan(100)
})

test('what is deleted meanwhile is gone, and what is changed is told', async () => {
  fixture.faults.delta.loops = true
  const item = reading.mailbox.create(oneHour('Short-lived', '2026-11-20')).item
  await fixture.deliver()
  await pass(fixture, minutes(1), minutes(1))
  reading.mailbox.remove(item.id)
  const [series] = [...reading.mailbox.calendar().store.items.values()].filter(({ recurrence }) => recurrence)
  reading.mailbox.patch(series?.id ?? '', { subject: 'Renamed' })
  await fixture.deliver()
  expect(await reading.shown()).toEqual(reading.actual())
})

test('an event that moves to the page before while a view is read is not told as gone, and what was deleted is', async () => {
  fixture.faults.delta.loops = true
  const large = await startReading(fixture, { singles: 250, seed: 5 })
  await pass(fixture, minutes(1), minutes(1))
  const [first] = large.mailbox.view(spanAround(fixture.clock.now()))
  let isRemoved = false
  fixture.intercept = ({ url }) => {
    if (url.includes('$skip=200') && !isRemoved) large.mailbox.remove(first?.item.id ?? '')
    isRemoved ||= url.includes('$skip=200')
    return undefined
  }
  const found = () => linesOf(fixture, 'calendar-pulled').map(({ changes }) => changes)
  const before = found().length
  large.mailbox.create(oneHour('Has the view read', '2027-02-20'))
  await fixture.deliver()
  await pass(fixture, minutes(20))
  expect([isRemoved, await large.shown()]).toEqual([true, large.actual()])
  const { body } = await (await large.reader()).get('/v1/events?tzid=Etc/UTC&include_deleted=true')
  expect((body['events'] as { deleted: boolean }[]).filter(({ deleted }) => deleted)).toHaveLength(1)
  expect(found().slice(before).filter(Boolean)).toEqual([1])
})

test('where changes are given up for a view, the occurrences of a series are not told as changed', async () => {
  reading.mailbox.create(dailySeries('Known before', '2026-11-21', 30))
  await fixture.deliver()
  await pass(fixture, hours(2))
  const since = toIsoSeconds(fixture.clock.now())
  fixture.faults.delta.loops = true
  reading.mailbox.create(oneHour('New', '2026-11-20'))
  await fixture.deliver()
  await pass(fixture, minutes(30))
  const { body } = await (await reading.reader()).get(`/v1/events?tzid=Etc/UTC&last_modified=${since}`)
  expect((body['events'] as { summary: string }[]).map(({ summary }) => summary)).toEqual(['New'])
})

test('a view that takes several visits is not read again at once, and keeps no other calendar waiting', async () => {
  const large = await startReading(fixture, { singles: 1_500, seed: 4 })
  const [slow, other] = [large.mailbox.calendar().id, large.mailbox.addCalendar({ name: 'Other' }).id]
  await pass(fixture, hours(2))
  fixture.faults.delta.loops = true
  const begun: number[] = []
  let isHidden = false
  fixture.intercept = async ({ url }) => {
    if (!decodeURIComponent(url).includes(`${slow}/calendarView?`)) return undefined
    if (!url.includes('skip')) begun.push(fixture.clock.now())
    // Told in the middle of the first view, which has passed by its day.
    if (url.includes('skip=1000') && !isHidden) large.mailbox.create(oneHour('Behind it', '2026-11-20'))
    isHidden ||= url.includes('skip=1000')
    if (begun.length < 4) await fixture.clock.advance(seconds(12))
    return undefined
  }
  large.mailbox.create(oneHour('In the large one', '2026-11-20'))
  large.mailbox.create(oneHour('In the other one', '2026-11-20'), { calendarId: other })
  await fixture.deliver()
  await pass(fixture, minutes(4), seconds(10))
  expect(begun).toHaveLength(1)
  expect(await large.shown()).toContainEqual(expect.stringContaining('In the other one'))
  await pass(fixture, minutes(10), seconds(10))
  expect(await large.shown()).toEqual(large.actual())
})

test('a first pull that never ends is read as a view', async () => {
  fixture.faults.delta.loops = true
  const other = await startReading(fixture, { singles: 20, seed: 3 })
  await pass(fixture, minutes(1), minutes(1))
  expect(await other.shown()).toEqual(other.actual())
})

test('when rounds end again, the next night goes back to changes, and nothing is told as changed that was not', async () => {
  fixture.faults.delta.loops = true
  reading.mailbox.create(oneHour('Read as a view', '2026-11-20'))
  await fixture.deliver()
  await pass(fixture, minutes(1), minutes(1))
  fixture.faults.delta.loops = false
  await pass(fixture, days(1), minutes(15))
  fixture.graph.requests.clear()
  reading.mailbox.create(oneHour('Told as a change', '2026-11-22'))
  await fixture.deliver()
  expect(requests()).toBe(1)
  expect(await reading.shown()).toEqual(reading.actual())
})

test('a calendar whose view does not end either is left alone for five minutes at a time', async () => {
  fixture.faults.delta.loops = true
  fixture.intercept = async (sent) => {
    if (!/calendarView\?/.test(sent.url)) return undefined
    const page = (await (await fixture.graph.fetch(sent)).json()) as object
    return Response.json({ ...page, '@odata.nextLink': sent.url })
  }
  reading.mailbox.create(oneHour('Never read', '2026-11-20'))
  await fixture.deliver()
  fixture.graph.requests.clear()
  await pass(fixture, minutes(20), minutes(1))
  expect(requests()).toBeLessThan(6 * 60)
})
