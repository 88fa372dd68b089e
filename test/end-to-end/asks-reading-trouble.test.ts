import { beforeEach, describe, expect, test } from 'vitest'
import { type DurationMs, days, hours, minutes, seconds } from '../../shared/core/time.ts'
import { orderFaults } from '../support/faults.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { mailboxLines, spanAround } from '../support/mailbox-answer.ts'
import { follow, inShort } from '../support/news.ts'
import { linesOf, pass } from '../support/reading.ts'
import { startService } from '../support/service.ts'
import { startWriting, type Writing } from '../support/writing.ts'

// What users of other programs ask for most often when something goes wrong, by its place in their list.

let at: Writing

beforeEach(async () => {
  at = await startWriting()
})

const actual = () => mailboxLines(at.mailbox, spanAround(at.fixture.clock.now()))
const shown = async () => (await at.read()).map(({ start, end, summary }) => `${start} ${end} ${summary}`).sort()

const names = async () => inShort(await at.read())

const create = (subject: string, hour = 9) => at.mailbox.create(oneHour(subject, '2026-11-20', hour)).item.id

describe.each([
  ['are lost', { drop: 1 }],
  ['come three hours late', { late: 1, lateMs: hours(3) }],
])('#9: when notifications %s for six hours,', (_what, notifications) => {
  test('every change is shown within the hour and told once, and at once when they are back', async () => {
    const [moved, gone] = [create('To be moved'), create('To be deleted')]
    await at.fixture.deliver()
    const integrator = await follow(at)
    orderFaults(at.fixture.faults, { notifications })
    const changes: (() => unknown)[] = [
      () => create('New'),
      () => at.mailbox.patch(moved, { ...oneHour('Moved', '2026-12-01') }),
      () => at.mailbox.remove(gone),
      ...[1, 2, 3].map((index) => () => create(`New ${index}`)),
    ]
    for (const change of changes) {
      change()
      await pass(at.fixture, minutes(54), minutes(1))
      expect(await shown()).toEqual(actual())
      expect(await integrator.news()).toHaveLength(1)
    }
    orderFaults(at.fixture.faults, { notifications: { drop: 0, late: 0 } })
    create('Told again')
    await at.fixture.deliver()
    expect(inShort(await integrator.news())).toEqual(['Told again'])
  })
})

describe.each([
  ['three times', { copies: 3 }],
  ['three times, and again minutes later', { copies: 3, late: 0.5, lateMs: minutes(7) }],
  ['twice, the later one first', { doubled: 1, reversed: true }],
  ['as created and as updated', { createdTwice: true, doubled: 1 }],
])('#10: a notification that comes %s', (_what, notifications) => {
  test('is one change to an integrator and one event', async () => {
    orderFaults(at.fixture.faults, { notifications })
    const integrator = await follow(at)
    const id = create('Meeting')
    await pass(at.fixture, seconds(5), seconds(1))
    const [first, ...others] = await integrator.news()
    expect({ summary: first?.summary, others }).toEqual({ summary: 'Meeting', others: [] })
    await pass(at.fixture, minutes(10), minutes(1))
    expect(await integrator.news()).toEqual([])
    expect(at.fixture.tables.rows('accounts').filter(({ rowKey }) => rowKey.startsWith('event.'))).toHaveLength(1)
    at.mailbox.remove(id)
    await pass(at.fixture, minutes(10), minutes(1))
    expect(inShort(await integrator.news())).toEqual(['Meeting, deleted'])
    expect(await at.read()).toEqual([])
  })
})

describe('#14: a mailbox that', () => {
  const is = (condition: 'empty' | 'inactive' | 'unknown' | 'unlicensed') => () =>
    orderFaults(at.fixture.faults, { mailboxes: [{ is: condition }] })
  const listsNoCalendar = () => {
    at.fixture.intercept = ({ url }) => (/\/me\/calendars$/.test(url) ? Response.json({ value: [] }) : undefined)
  }

  test.each<[string, () => void, DurationMs]>([
    ['tells nothing for four minutes', is('empty'), minutes(4)],
    ['is inactive for five hours', is('inactive'), hours(5)],
    ['cannot be found for five hours', is('unknown'), hours(5)],
    ['has no licence for five hours', is('unlicensed'), hours(5)],
    ['lists no calendar for two days', listsNoCalendar, days(2)],
  ])('%s loses none of its events, and an integrator hears of no deletion', async (_what, begin, time) => {
    for (let index = 0; index < 60; index++) create(`Event ${index}`, index % 20)
    await at.fixture.deliver()
    const [before, integrator] = [await shown(), await follow(at)]
    begin()
    at.mailbox.expireTokens()
    create('Something to notify about')
    for (let spent = 0; spent < time; spent += time / 4) {
      await pass(at.fixture, (time / 4) as DurationMs, minutes(time > hours(1) ? 15 : 1))
      expect(await shown()).toEqual(expect.arrayContaining(before))
    }
    orderFaults(at.fixture.faults, { mailboxes: [] })
    at.fixture.intercept = () => undefined
    await pass(at.fixture, hours(7), minutes(15))
    expect(await shown()).toEqual(actual())
    expect(inShort(await integrator.news())).toEqual(['Something to notify about'])
  })

  test('really was emptied is shown empty within the hour, after an alarm', async () => {
    for (let index = 0; index < 60; index++) create(`Event ${index}`, index % 20)
    await at.fixture.deliver()
    at.mailbox.expireTokens()
    for (const { id } of at.held()) at.mailbox.remove(id)
    await at.fixture.deliver()
    expect(await at.read()).toHaveLength(60)
    await pass(at.fixture, minutes(15), minutes(1))
    expect(await at.read()).toEqual([])
    expect(linesOf(at.fixture, 'mass-deletion-held')).toMatchObject([{ level: 'error', gone: 60 }])
  })

  test('tells nothing from the middle of a round on loses nothing either, when it is another visit that reads on', async () => {
    for (let index = 0; index < 120; index++) create(`Event ${index}`, index % 20)
    await at.fixture.deliver()
    const before = await shown()
    at.mailbox.expireTokens()
    create('Something to notify about')
    let pages = 0
    at.fixture.intercept = async (sent) => {
      if (!sent.url.includes('/delta')) return at.fixture.graph.fetch(sent)
      const answer = await at.fixture.graph.fetch(inTens(sent))
      if (!answer.ok || ++pages < 6) return answer
      if (pages === 6) return new Response('', { status: 503 })
      return Response.json({ ...((await answer.json()) as object), value: [] })
    }
    await pass(at.fixture, minutes(4), seconds(10))
    expect(linesOf(at.fixture, 'mass-deletion-held')).toHaveLength(1)
    expect(await shown()).toEqual(expect.arrayContaining(before))
    at.fixture.intercept = () => undefined
    await pass(at.fixture, minutes(15), minutes(1))
    expect(await shown()).toEqual(actual())
  })

  test('tells nothing for a minute does not keep what was made and deleted before it is read again', async () => {
    create('Kept')
    await at.fixture.deliver()
    is('empty')()
    at.mailbox.expireTokens()
    create('Something to notify about')
    await at.fixture.deliver()
    expect(linesOf(at.fixture, 'mass-deletion-held')).toHaveLength(1)
    orderFaults(at.fixture.faults, { mailboxes: [] })
    await at.upsert(at.meeting({ summary: 'Made' }))
    await at.fixture.deliver()
    expect(await names()).toContain('Made')
    at.mailbox.remove(at.find('Made')?.id ?? '')
    await pass(at.fixture, minutes(15), minutes(1))
    expect((await names()).sort()).toEqual(['Kept', 'Something to notify about'])
  })
})

/** A request for pages of ten. */
function inTens(sent: Request): Request {
  const request = new Request(sent)
  request.headers.set('prefer', (sent.headers.get('prefer') ?? '').replace(/maxpagesize=\d+/, 'maxpagesize=10'))
  return request
}

describe('#13: a deleted event', () => {
  test.each<[string, () => unknown]>([
    ['Graph forgets every cursor', () => at.mailbox.expireTokens()],
    ['Graph repeats pages', () => orderFaults(at.fixture.faults, { delta: { replays: true, emptyPages: 1 } })],
    ['the person connects again', () => at.fixture.connect(at.person)],
    ['a week goes by', () => pass(at.fixture, days(7), hours(1))],
  ])('does not come back when %s', async (_what, happen) => {
    for (let index = 0; index < 450; index++) create(`Event ${index}`, index % 20)
    await at.fixture.deliver()
    for (const { id } of at.held().slice(100, 105)) at.mailbox.remove(id)
    await at.fixture.deliver()
    const integrator = await follow(at)
    await happen()
    for (const { id } of at.held()) at.mailbox.touch(id)
    await pass(at.fixture, days(1), minutes(30))
    expect(await integrator.news()).toEqual([])
    expect(await shown()).toEqual(actual())
    expect(await names()).toHaveLength(445)
  })

  test('does not come back with a page that another instance asked for before, and stores late', async () => {
    const slow = await startService({ beside: at.fixture })
    const id = create('Deleted')
    create('Kept', 11)
    let isFirst = true
    slow.intercept = async (sent) => {
      const answer = await at.fixture.graph.fetch(sent)
      if (!isFirst || !sent.url.includes('/delta')) return answer
      isFirst = false
      expect(await answer.clone().text()).toContain('"subject":"Deleted"')
      at.mailbox.remove(id)
      await at.fixture.deliver()
      expect(await names()).toEqual(['Kept'])
      return answer
    }
    await at.fixture.clock.advance(seconds(1))
    for (const message of [...at.fixture.queue]) await slow.service.syncMailbox(message)
    expect(isFirst).toBe(false)
    expect(linesOf(slow, 'sync-failed')).toMatchObject([{ code: 'ROW_CHANGED' }])
    expect(await names()).toEqual(['Kept'])
    await pass(slow, minutes(5), seconds(30))
    await pass(at.fixture, minutes(5), seconds(30))
    expect(await names()).toEqual(['Kept'])
  })
})
