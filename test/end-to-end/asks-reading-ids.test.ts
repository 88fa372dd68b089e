import { beforeEach, describe, expect, test } from 'vitest'
import type { Item } from '../../infra/local/microsoft365/mailbox/event.ts'
import type { Calendar } from '../../infra/local/microsoft365/mailbox/mailbox.ts'
import { days, hours, minutes } from '../../shared/core/time.ts'
import { dailySeries, oneHour } from '../support/graph-stand-in.ts'
import { follow, inShort } from '../support/news.ts'
import { pass } from '../support/reading.ts'
import { startWriting, type Told, type Writing } from '../support/writing.ts'

let at: Writing

beforeEach(async () => {
  at = await startWriting()
})

/** What Outlook does when somebody drags an event into another calendar. */
function move(id: string, from: Calendar, to: Calendar, newId = id): void {
  const item = from.store.items.get(id)
  if (item === undefined) throw new Error('there is no such event')
  from.store.remove(item)
  at.mailbox.adopt({ ...item, id: newId }, to.id)
}

async function calendarIdOf(name: string): Promise<string | undefined> {
  const { body } = await at.get('/v1/calendars')
  const listed = body['calendars'] as { calendar_id: string; calendar_name: string; calendar_deleted: boolean }[]
  return listed.find((one) => one.calendar_name === name && !one.calendar_deleted)?.calendar_id
}

const uids = (told: readonly Told[]) => told.map(({ event_uid }) => event_uid).sort()
const names = async () => inShort(await at.read()).sort()

describe('#20: an event that is moved to another calendar', () => {
  let other: Calendar

  beforeEach(async () => {
    other = at.mailbox.addCalendar({ name: 'Other' })
    await pass(at.fixture, hours(1))
  })

  test.each([
    ['a single event', oneHour('Moved', '2026-11-20'), 1],
    ['a series', dailySeries('Moved', '2026-11-20', 3), 3],
  ])(
    'and back (%s) keeps its id, is in one calendar at a time, and is never told as deleted',
    async (_, body, count) => {
      const { id } = at.mailbox.create(body).item
      await at.fixture.deliver()
      const [before, integrator] = [await at.read(), await follow(at)]
      expect(before).toHaveLength(count)
      const home = at.mailbox.calendar()
      for (const [from, to] of [
        [home, other],
        [other, home],
      ] as const) {
        move(id, from, to)
        await at.fixture.deliver()
        const told = await integrator.news()
        expect(uids(told)).toEqual(uids(before))
        const calendar_id = await calendarIdOf(to.name)
        expect(told).toMatchObject(Array(count).fill({ deleted: false, calendar_id }))
        expect(await at.read()).toMatchObject(Array(count).fill({ deleted: false, calendar_id }))
      }
      await pass(at.fixture, hours(30), minutes(30))
      expect(await integrator.news()).toEqual([])
    },
  )

  test('is changed where it is, also when nobody knows that calendar yet, and there is a conflict', async () => {
    await at.upsert(at.meeting())
    await at.sync()
    const id = at.held()[0]?.id ?? ''
    const fresh = at.mailbox.addCalendar({ name: 'Made just now' })
    move(id, at.mailbox.calendar(), fresh)
    await at.fixture.deliver()
    let touches = 0
    at.fixture.intercept = async (request) => {
      if (request.method === 'PATCH' && touches++ === 0) at.mailbox.touch(id)
      return undefined
    }
    const sent = await at.upsert(at.meeting({ summary: 'Renamed' }))
    await at.sync()
    expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
    expect([at.held(), ...fresh.store.items.values()]).toMatchObject([[], { id, fields: { subject: 'Renamed' } }])
    expect(touches).toBe(2)
  })

  test('is changed where it is, also when it is too far away to be read', async () => {
    const far = { dateTime: at.at(700, '09:00').slice(0, -1), timeZone: 'UTC' }
    await at.upsert(at.meeting())
    await at.sync()
    const id = at.held()[0]?.id ?? ''
    at.mailbox.patch(id, { start: far, end: { ...far, dateTime: at.at(700, '10:00').slice(0, -1) } })
    await at.fixture.deliver()
    move(id, at.mailbox.calendar(), other)
    const sent = await at.upsert(at.meeting({ summary: 'Far away' }))
    await at.sync()
    expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
    expect([...other.store.items.values()]).toMatchObject([{ id, fields: { subject: 'Far away' } }])
    await at.remove({ event_id: 'fa-1' })
    await at.sync()
    expect([at.held(), ...other.store.items.values()]).toEqual([[]])
  })

  test.each([
    ['a single event', oneHour('Moved', '2026-11-20'), 'first'],
    ['a single event', oneHour('Moved', '2026-11-20'), 'last'],
    ['a series', dailySeries('Moved', '2026-11-20', 1), 'first'],
    ['a series', dailySeries('Moved', '2026-11-20', 1), 'last'],
  ])(
    '(%s) is told as deleted to who follows the calendar that it has left, which is read %s',
    async (_what, body, order) => {
      const { id } = at.mailbox.create(body).item
      at.mailbox.create(oneHour('Stays', '2026-11-20'))
      await at.fixture.deliver()
      const [home, away] = [await calendarIdOf('Calendar'), await calendarIdOf('Other')]
      const [ofHome, ofOther, ofAll] = [await follow(at, home), await follow(at, away), await follow(at)]
      const item = at.mailbox.calendar().store.items.get(id)
      if (order === 'last') at.mailbox.adopt({ ...(item as Item), id }, other.id)
      else at.mailbox.calendar().store.remove(item as Item)
      await at.fixture.deliver()
      if (order === 'last') at.mailbox.calendar().store.remove(item as Item)
      else at.mailbox.adopt({ ...(item as Item), id }, other.id)
      await at.fixture.deliver()
      expect(await ofHome.news()).toMatchObject([{ summary: 'Moved', deleted: true, calendar_id: home }])
      expect(await ofOther.news()).toMatchObject([{ summary: 'Moved', deleted: false, calendar_id: away }])
      expect(await ofAll.news()).toMatchObject([{ summary: 'Moved', deleted: false, calendar_id: away }])
      expect([await ofHome.news(), await ofOther.news()]).toEqual([[], []])
      at.mailbox.remove(id)
      await at.fixture.deliver()
      expect([inShort(await ofHome.news()), inShort(await ofOther.news())]).toEqual([[], ['Moved, deleted']])
    },
  )

  test.each(['the calendar it was made in', 'the calendar it is in'])(
    'is still known by the id that its integrator gave it, and changed as one event in %s',
    async (where) => {
      await at.upsert(at.meeting())
      await at.sync()
      const { id = '' } = at.find('Board meeting') ?? {}
      const home = at.mailbox.calendar()
      move(id, home, other)
      await at.fixture.deliver()
      expect(await at.read()).toMatchObject([{ event_id: 'fa-1', calendar_id: await calendarIdOf('Other') }])
      const sent = await at.upsert(at.meeting({ summary: 'Changed' }), where === 'the calendar it is in' ? other : home)
      await at.sync()
      expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
      expect(await at.read()).toMatchObject([{ event_id: 'fa-1', summary: 'Changed' }])
      expect(at.held().length + other.store.items.size).toBe(1)
      await at.send('DELETE', await at.path(where === 'the calendar it is in' ? other : home), { event_id: 'fa-1' })
      await at.sync()
      expect(at.held().length + other.store.items.size).toBe(0)
    },
  )

  test('is asked for by the id that a move does not change, with every request for events', async () => {
    const asked: (string | null)[] = []
    at.fixture.intercept = ({ url, headers }) => {
      if (/\/(delta|events|subscriptions|\$batch)/.test(url)) asked.push(headers.get('prefer'))
      return undefined
    }
    await at.upsert(at.meeting())
    at.mailbox.expireTokens()
    await pass(at.fixture, days(1), hours(1))
    expect(asked.length).toBeGreaterThan(10)
    expect(asked.filter((prefer) => !prefer?.includes('IdType="ImmutableId"'))).toEqual([])
  })

  test('with another id is told as deleted and as new, and is there once', async () => {
    const { id } = at.mailbox.create(oneHour('Moved', '2026-11-20')).item
    await at.fixture.deliver()
    const integrator = await follow(at)
    move(id, at.mailbox.calendar(), other, id.replace('AAkALg', 'AAkALgNew'))
    await at.fixture.deliver()
    expect(inShort(await integrator.news()).sort()).toEqual(['Moved', 'Moved, deleted'])
    expect(await names()).toEqual(['Moved'])
  })
})

describe('#20: a calendar that gets another id', () => {
  test.each([
    ['keeps its events under their ids', (id: string) => id],
    ['with its events has them once', (id: string) => id.replace('AAkALg', 'AAkALgNew')],
  ])('%s, within the hour', async (_what, newIdOf) => {
    const old = at.mailbox.addCalendar({ name: 'Tour' })
    const bodies = [...Array(9).keys()].map((hour) => oneHour(`Concert ${hour}`, '2026-11-20', hour))
    for (const body of bodies) at.mailbox.create(body, { calendarId: old.id })
    at.mailbox.create(dailySeries('Stand-up', '2026-11-21', 3), { calendarId: old.id })
    at.mailbox.create(oneHour('Elsewhere', '2026-11-20'))
    await pass(at.fixture, hours(1))
    const before = await at.read()
    const oldId = await calendarIdOf('Tour')
    const now = at.mailbox.addCalendar({ name: 'Tour' })
    for (const id of [...old.store.items.keys()]) move(id, old, now, newIdOf(id))
    at.mailbox.removeCalendar(old.id)
    await pass(at.fixture, hours(1), minutes(1))
    expect(inShort(await at.read()).sort()).toEqual(inShort(before).sort())
    if (newIdOf('AAkALg') === 'AAkALg') expect(uids(await at.read())).toEqual(uids(before))
    const newId = await calendarIdOf('Tour')
    expect(newId).not.toBe(oldId)
    expect((await at.read()).filter(({ calendar_id }) => calendar_id === newId)).toHaveLength(12)
  })

  test('and is the default one loses and doubles no event', async () => {
    const { id: old } = at.mailbox.calendar()
    for (let hour = 0; hour < 12; hour++) at.mailbox.create(oneHour(`Event ${hour}`, '2026-11-20', hour))
    await at.fixture.deliver()
    const [before, integrator] = [await at.read(), await follow(at)]
    at.fixture.intercept = (sent) => underNewId(sent, old, old.replace('AAA=', 'AAB='))
    await pass(at.fixture, hours(2), minutes(5))
    expect(uids(await at.read())).toEqual(uids(before))
    expect((await at.read()).map(({ calendar_id }) => calendar_id)).not.toContain(before[0]?.calendar_id)
    const told = await integrator.news()
    expect(uids(told)).toEqual(uids(before))
    expect(told.filter(({ deleted }) => deleted)).toEqual([])
    at.mailbox.create(oneHour('Later', '2026-11-21'))
    await pass(at.fixture, hours(1), minutes(5))
    expect(inShort(await integrator.news())).toEqual(['Later'])
  })

  /** Graph as it answers when the calendar with the id `old` has become `now`. */
  async function underNewId(sent: Request, old: string, now: string): Promise<Response> {
    const swap = (text: string, from: string, to: string) =>
      text.replaceAll(from, to).replaceAll(encodeURIComponent(from), encodeURIComponent(to))
    const body = sent.method === 'GET' ? undefined : await sent.text()
    if (`${sent.url} ${body}`.includes(old) || sent.url.includes(encodeURIComponent(old)))
      return Response.json({ error: { code: 'ErrorItemNotFound', message: 'no' } }, { status: 404 })
    const { method, headers } = sent
    const init = { method, headers, ...(body && { body: swap(body, now, old) }) }
    const answer = await at.fixture.graph.fetch(new Request(swap(sent.url, now, old), init))
    const text = swap(await answer.text(), old, now)
    return new Response(text || null, { status: answer.status, headers: { 'content-type': 'application/json' } })
  }
})
