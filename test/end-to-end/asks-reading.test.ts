import { beforeEach, describe, expect, test } from 'vitest'
import { occurrenceId } from '../../infra/local/microsoft365/mailbox/ids.ts'
import { adoptPayload } from '../../infra/local/microsoft365/mailbox/payload.ts'
import { days, hours, minutes } from '../../shared/core/time.ts'
import { dailySeries, oneHour } from '../support/graph-stand-in.ts'
import { follow, inShort, watchPages } from '../support/news.ts'
import { pass } from '../support/reading.ts'
import { startWriting, type Writing } from '../support/writing.ts'

// What users of other programs ask for most often, by its place in their list.

let at: Writing

beforeEach(async () => {
  at = await startWriting()
})

const ORDERS = ['first', 'last', 'other-page'] as const

test.each(ORDERS)(
  '#3: an occurrence that comes with its times alone is told with all that its series says, told %s',
  async (seriesOrder) => {
    at.fixture.faults.delta.seriesOrder = seriesOrder
    const items = watchPages(at)
    const { item } = at.mailbox.create({
      ...dailySeries('Rehearsal', '2026-11-20', 3),
      body: { contentType: 'text', content: 'Bring the scores' },
      location: { displayName: 'Hall 2' },
    })
    await at.fixture.deliver()
    expect(items.filter((told) => told['type'] === 'occurrence' && !('subject' in told))).toHaveLength(3)
    const said = { summary: 'Rehearsal', description: 'Bring the scores', location: { description: 'Hall 2' } }
    const starts = ['2026-11-20T08:00:00Z', '2026-11-21T08:00:00Z', '2026-11-22T08:00:00Z']
    expect(await at.read()).toMatchObject(starts.map((start) => ({ ...said, start, recurring: true })))
    at.mailbox.patch(item.id, { subject: 'Dress rehearsal' })
    await at.fixture.deliver()
    expect(await at.read()).toMatchObject(starts.map((start) => ({ ...said, start, summary: 'Dress rehearsal' })))
  },
)

test.each(ORDERS)(
  '#12: an occurrence deleted without a tombstone is told as deleted, and no other is, with the series told %s',
  async (seriesOrder) => {
    at.fixture.faults.delta.seriesOrder = seriesOrder
    const { item } = at.mailbox.create(dailySeries('Rehearsal', '2026-11-20', 4))
    await at.fixture.deliver()
    const [items, integrator] = [watchPages(at), await follow(at)]
    at.mailbox.remove(occurrenceId(item.id, '2026-11-21'))
    await at.fixture.deliver()
    expect(items.filter((told) => '@removed' in told)).toEqual([])
    expect(await integrator.news()).toMatchObject([{ start: '2026-11-21T08:00:00Z', deleted: true }])
    expect((await at.read()).map(({ start }) => start.slice(8, 10))).toEqual(['20', '22', '23'])
  },
)
const ZONES = [
  ['New Zealand Standard Time', 'Pacific/Auckland'],
  ['Pacific Standard Time', 'America/Los_Angeles'],
  ['India Standard Time', 'Asia/Kolkata'],
  ['UTC', 'Etc/UTC'],
] as const

describe.each(ZONES)('#4: an all-day event of somebody in the zone %s', (timeZone) => {
  const midnight = (day: string) => ({ dateTime: `${day}T00:00:00`, timeZone })
  const holiday = (first: string, end: string) => ({ isAllDay: true, start: midnight(first), end: midnight(end) })

  test.each(ZONES)('is told with its own days to readers in the zone %s', async (_windows, tzid) => {
    at.mailbox.create({ subject: 'One day', ...holiday('2026-12-24', '2026-12-25') })
    at.mailbox.create({ subject: 'Four days', ...holiday('2027-03-26', '2027-03-30') })
    const range = { type: 'numbered', startDate: '2027-01-04', numberOfOccurrences: 2 }
    const recurrence = { pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday'] }, range }
    at.mailbox.create({ subject: 'Mondays', ...holiday('2027-01-04', '2027-01-05'), recurrence })
    await at.fixture.deliver()
    const lines = async (query: string) => {
      const { body } = await at.get(`/v1/events?tzid=${tzid}&${query}`)
      const told = body['events'] as { summary: string; start: string; end: string }[]
      return told.map(({ summary, start, end }) => `${summary} ${start} ${end}`)
    }
    expect(await lines('')).toEqual([
      'One day 2026-12-24 2026-12-25',
      'Mondays 2027-01-04 2027-01-05',
      'Mondays 2027-01-11 2027-01-12',
      'Four days 2027-03-26 2027-03-30',
    ])
    expect(await lines('from=2026-12-23&to=2026-12-24')).toEqual([])
    expect(await lines('from=2026-12-24&to=2026-12-25')).toHaveLength(1)
    expect(await lines('from=2026-12-26&to=2026-12-27')).toEqual([])
  })
})

test('#4: a daily meeting keeps its hour on the wall on either side of a change of the clocks', async () => {
  at.mailbox.create(dailySeries('Stand-up', '2027-03-26', 4))
  await at.fixture.deliver()
  const { body } = await at.get('/v1/events?tzid=Europe/Copenhagen&localized_times=true')
  const told = body['events'] as { start: { time: string } }[]
  expect(told.map(({ start }) => start.time)).toEqual([
    '2027-03-26T09:00:00+01:00',
    '2027-03-27T09:00:00+01:00',
    '2027-03-28T09:00:00+02:00',
    '2027-03-29T09:00:00+02:00',
  ])
})

describe.each(['tzone://Microsoft/Custom', 'Customized Time Zone', '(UTC+01:00) Home'])('#5: the zone %s', (zone) => {
  const payload = (name: string, more: object = {}) => ({
    ...{ '@odata.etag': `W/"${name}"`, id: name, iCalUId: name, subject: name, type: 'singleInstance' },
    ...{ isAllDay: false, originalStartTimeZone: zone, originalEndTimeZone: zone },
    start: { dateTime: '2026-11-20T09:00:00.0000000', timeZone: 'UTC' },
    end: { dateTime: '2026-11-20T10:00:00.0000000', timeZone: 'UTC' },
    ...more,
  })
  const adopt = (given: object) => adoptPayload(at.mailbox, given, { newId: '', now: at.fixture.clock.now() })

  test('of an event or a series moves nothing and stops nothing', async () => {
    const range = { type: 'numbered', startDate: '2026-11-20', numberOfOccurrences: 3, recurrenceTimeZone: zone }
    adopt(payload('Single'))
    adopt(payload('Series', { type: 'seriesMaster', recurrence: { pattern: { type: 'daily', interval: 1 }, range } }))
    at.mailbox.create(oneHour('Another', '2026-11-25'))
    await at.fixture.deliver()
    const starts = (await at.read()).map(({ summary, start }) => `${summary} ${start}`).sort()
    expect(starts).toEqual([
      'Another 2026-11-25T09:00:00Z',
      ...['20', '21', '22'].map((day) => `Series 2026-11-${day}T09:00:00Z`),
      'Single 2026-11-20T09:00:00Z',
    ])
    const { body } = await at.get('/v1/events?tzid=Europe/Copenhagen&localized_times=true&to=2026-11-21')
    const wall = { time: '2026-11-20T10:00:00+01:00', tzid: 'Europe/Copenhagen' }
    expect(body['events']).toMatchObject([{ start: wall }, { start: wall }])
  })

  test('of a mailbox does not keep its events from being read', async () => {
    at.person.timeZone = zone
    at.mailbox.create(oneHour('Meeting', '2026-11-20'))
    await pass(at.fixture, hours(2))
    expect((await at.read()).map(({ start }) => start)).toEqual(['2026-11-20T09:00:00Z'])
    expect((await at.get('/v1/account')).status).toBe(200)
  })
})

describe('#11: of deleted events', () => {
  test.each([false, true])('each is told once, with tombstones of occurrences: %s', async (removedOccurrences) => {
    at.fixture.faults.delta.removedOccurrences = removedOccurrences
    const [single, series] = [oneHour('Single', '2026-11-20'), dailySeries('Series', '2026-11-21', 3)].map((body) =>
      at.mailbox.create(body),
    )
    at.mailbox.create(oneHour('Kept', '2026-11-25'))
    await at.fixture.deliver()
    const [before, integrator] = [await at.read(), await follow(at)]
    for (const deleted of [single, series]) at.mailbox.remove(deleted?.item.id ?? '')
    await at.fixture.deliver()
    const told = await integrator.news()
    expect(inShort(told).sort()).toEqual([...Array(3).fill('Series, deleted'), 'Single, deleted'])
    const gone = before.filter(({ summary }) => summary !== 'Kept').map((event) => event.event_uid)
    expect(told.map((event) => event.event_uid).sort()).toEqual(gone.sort())
    await pass(at.fixture, days(1), minutes(30))
    expect(await integrator.news()).toEqual([])
    expect(inShort(await at.read())).toEqual(['Kept'])
  })

  test('those that nobody has heard of tell nothing, and what comes with them is read', async () => {
    const far = at.mailbox.create(oneHour('Outside of the window', '2029-01-01'))
    await at.fixture.deliver()
    const [items, integrator] = [watchPages(at), await follow(at)]
    for (const id of ['unknown', 'AAMkADunknown=', 'x'.repeat(400)]) at.mailbox.calendar().store.buried(id)
    at.mailbox.remove(far.item.id)
    at.mailbox.remove(at.mailbox.create(oneHour('Made and deleted at once', '2026-11-20')).item.id)
    at.mailbox.create(oneHour('Real', '2026-11-20'))
    await at.fixture.deliver()
    expect(items.filter((told) => '@removed' in told)).toHaveLength(5)
    expect(inShort(await integrator.news())).toEqual(['Real'])
  })
})

describe('#19: what Exchange makes of a body', () => {
  test('is no news while it says the same, and one letter more is', async () => {
    const { id } = at.mailbox.create({
      ...oneHour('Meeting', '2026-11-20'),
      body: { contentType: 'text', content: 'Bring the scores\nand a pencil' },
    }).item
    await at.fixture.deliver()
    const integrator = await follow(at)
    const html = '<div class="x"><p style="margin:0"><b>Bring</b> the scores<br>and a pencil</p></div>'
    at.mailbox.patch(id, { body: { contentType: 'html', content: html } })
    await at.fixture.deliver()
    at.mailbox.touch(id)
    await at.fixture.deliver()
    at.mailbox.expireTokens()
    at.mailbox.touch(id)
    await pass(at.fixture, days(2), minutes(30))
    expect(await integrator.news()).toEqual([])
    at.mailbox.patch(id, { body: { contentType: 'html', content: html.replace('pencil', 'pencils') } })
    await at.fixture.deliver()
    expect((await integrator.news()).map(({ description }) => description.split(/\r?\n/).at(-1))).toEqual([
      'and a pencils',
    ])
  })

  test.each([
    ['lines of Unix', { description: 'One\nTwo\n\nThree' }],
    ['white space that HTML drops', { description: '  One\t two   three  \r\n\r\n' }],
    ['signs that HTML escapes', { description: 'a < b && c > "d" \u00a0 é 🎻' }],
    ['a piece of HTML', { description_html: '<p>One <i>two</i></p><ul><li>three</li></ul>' }],
    ['a page of HTML', { description_html: '<html><head><style>p{}</style></head><body><p>One</p></body></html>' }],
  ])('that was asked for as %s makes no further write, and an edit of it is told', async (_what, description) => {
    at.fixture.faults.versionAfterWrite = true
    const ask = async () => {
      const sent = await at.upsert(at.meeting(description))
      await at.sync()
      await pass(at.fixture, minutes(6), minutes(1))
      return (await at.outcome(sent)).state
    }
    expect(await ask()).toBe('applied')
    const integrator = await follow(at)
    at.writes()
    expect([await ask(), await ask(), await ask()]).toEqual(['unchanged', 'unchanged', 'unchanged'])
    expect(at.writes().filter((line) => /events|batch/.test(line))).toEqual([])
    expect(await integrator.news()).toEqual([])
    at.mailbox.patch(at.find('Board meeting')?.id ?? '', { body: { contentType: 'text', content: 'Edited' } })
    await at.fixture.deliver()
    expect(await integrator.news()).toMatchObject([{ description: 'Edited' }])
  })
})
