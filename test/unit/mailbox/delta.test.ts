import { expect, test } from 'vitest'
import {
  type DeltaItem,
  type DeltaPage,
  deltaPage,
  plainHabits,
} from '../../../infra/local/microsoft365/mailbox/delta.ts'
import type { Mailbox } from '../../../infra/local/microsoft365/mailbox/mailbox.ts'
import { dailySeries, graphFixture, oneHour } from '../../support/graph-stand-in.ts'

const november = { from: Date.parse('2026-11-01T00:00:00Z'), to: Date.parse('2026-12-01T00:00:00Z') }

function round(
  mailbox: Mailbox,
  token?: string,
  habits = plainHabits,
  pageSize = 10,
): { pages: DeltaPage[]; items: DeltaItem[]; token: string } {
  const pages: DeltaPage[] = []
  for (let next: DeltaPage['next'] | undefined; next?.kind !== 'delta'; next = pages.at(-1)?.next) {
    const from = next ? { token: next.token } : token ? { token } : { window: november }
    pages.push(deltaPage(mailbox, { from, pageSize, habits }))
  }
  return { pages, items: pages.flatMap(({ items }) => items), token: pages.at(-1)?.next.token ?? '' }
}

const told = (items: readonly DeltaItem[]) =>
  items.map((item) =>
    item.kind === 'removed'
      ? 'removed'
      : `${item.instance.type} ${item.instance.date ?? item.instance.fields['subject']}`,
  )

const seriesOf = (mailbox: Mailbox, days = 3) => mailbox.create(dailySeries('standup', '2026-11-10', days)).item.id

test('a first round tells every event that touches the window, and nothing else', () => {
  const { mailbox } = graphFixture()
  mailbox.create(oneHour('before', '2026-10-31'))
  mailbox.create(oneHour('inside', '2026-11-10'))
  mailbox.create(oneHour('after', '2026-12-01'))
  expect(told(round(mailbox).items)).toEqual(['singleInstance inside'])
})

test('a round after nothing happened is empty', () => {
  const { mailbox } = graphFixture()
  mailbox.create(oneHour('inside', '2026-11-10'))
  const { token } = round(mailbox)
  expect(round(mailbox, token).items).toEqual([])
})

test('a series comes whole on one page, beyond the page size', () => {
  const { mailbox } = graphFixture()
  seriesOf(mailbox, 15)
  const { pages, items } = round(mailbox, undefined, plainHabits, 5)
  expect(pages).toHaveLength(1)
  expect(items).toHaveLength(16)
})

test('pages hold what was asked for while events are single', () => {
  const { mailbox } = graphFixture()
  for (let day = 10; day < 25; day += 1) mailbox.create(oneHour(`${day}`, `2026-11-${day}`))
  expect(round(mailbox, undefined, plainHabits, 5).pages.map(({ items }) => items.length)).toEqual([5, 5, 5])
})

test('a changed occurrence brings the master and every occurrence that is left', () => {
  const { mailbox } = graphFixture()
  const master = seriesOf(mailbox)
  const { token, items } = round(mailbox)
  const second = items[2]
  if (second === undefined || second.kind === 'removed') throw new Error('the series has three occurrences')
  mailbox.patch(`${master}O20261111A=`, { subject: 'moved' })
  expect(told(round(mailbox, token).items)).toEqual([
    'seriesMaster standup',
    'occurrence 2026-11-10',
    'exception 2026-11-11',
    'occurrence 2026-11-12',
  ])
})

test('a deleted occurrence has no tombstone: it is only missing', () => {
  const { mailbox } = graphFixture()
  const master = seriesOf(mailbox)
  const { token } = round(mailbox)
  mailbox.remove(`${master}O20261111A=`)
  expect(told(round(mailbox, token).items)).toEqual([
    'seriesMaster standup',
    'occurrence 2026-11-10',
    'occurrence 2026-11-12',
  ])
})

test('a deleted event and a deleted series come as one removed item each', () => {
  const { mailbox } = graphFixture()
  const single = mailbox.create(oneHour('single', '2026-11-10')).item.id
  const series = seriesOf(mailbox)
  const { token } = round(mailbox)
  mailbox.remove(single)
  mailbox.remove(series)
  expect(round(mailbox, token).items).toEqual([
    { kind: 'removed', id: single },
    { kind: 'removed', id: series },
  ])
})

test.each([
  [
    'moved out of the window',
    (mailbox: Mailbox, id: string) => void mailbox.patch(id, oneHour('inside', '2027-01-10')),
  ],
  ['created outside the window', (mailbox: Mailbox) => void mailbox.create(oneHour('far', '2027-01-10'))],
])('an event %s comes as removed', (_, change) => {
  const { mailbox } = graphFixture()
  const { id } = mailbox.create(oneHour('inside', '2026-11-10')).item
  const { token } = round(mailbox)
  change(mailbox, id)
  expect(told(round(mailbox, token).items)).toEqual(['removed'])
})

test('an event that changed twice is told once, as it is now', () => {
  const { mailbox } = graphFixture()
  const { id } = mailbox.create(oneHour('first', '2026-11-10')).item
  const { token } = round(mailbox)
  mailbox.patch(id, { subject: 'second' })
  mailbox.patch(id, { subject: 'third' })
  expect(told(round(mailbox, token).items)).toEqual(['singleInstance third'])
})

test('a change while a first round is read is in that round or in the next one', () => {
  const { mailbox } = graphFixture()
  const ids = [10, 11, 12].map((day) => mailbox.create(oneHour(`${day}`, `2026-11-${day}`)).item.id)
  const first = deltaPage(mailbox, { from: { window: november }, pageSize: 1, habits: plainHabits })
  mailbox.patch(ids[0] ?? '', { subject: 'changed' })
  mailbox.remove(ids[1] ?? '')
  const rest = round(mailbox, first.next.token)
  expect(told(rest.items)).toEqual(['singleInstance 12'])
  expect(told(round(mailbox, rest.token).items).sort()).toEqual(['removed', 'singleInstance changed'])
})

test('an exception that moved out of the window is not told with its series', () => {
  const { mailbox } = graphFixture()
  const body = dailySeries('end of month', '2026-11-28', 3)
  const master = mailbox.create(body).item.id
  mailbox.patch(`${master}O20261130A=`, oneHour('late', '2026-12-02'))
  expect(told(round(mailbox).items)).toEqual([
    'seriesMaster end of month',
    'occurrence 2026-11-28',
    'occurrence 2026-11-29',
  ])
})

test.each([
  ['last', [['occurrence 2026-11-10', 'occurrence 2026-11-11', 'seriesMaster standup', 'singleInstance after']]],
  [
    'other-page',
    [
      ['occurrence 2026-11-10', 'occurrence 2026-11-11'],
      ['seriesMaster standup', 'singleInstance after'],
    ],
  ],
] as const)('the master can come %s', (seriesOrder, pages) => {
  const { mailbox } = graphFixture()
  seriesOf(mailbox, 2)
  mailbox.create(oneHour('after', '2026-11-20'))
  const told_ = round(mailbox, undefined, { ...plainHabits, seriesOrder }).pages.map(({ items }) => told(items))
  expect(told_).toEqual(pages)
})

test('empty pages may come first, and items again on the next page', () => {
  const { mailbox } = graphFixture()
  for (const day of [10, 11, 12]) mailbox.create(oneHour(`${day}`, `2026-11-${day}`))
  const { pages } = round(mailbox, undefined, { ...plainHabits, emptyPages: 2, replays: true }, 2)
  expect(pages.map(({ items }) => told(items))).toEqual([
    [],
    [],
    ['singleInstance 10', 'singleInstance 11'],
    [],
    [],
    ['singleInstance 11', 'singleInstance 12'],
  ])
})

test('a looping round has a new link on every page and the same items', () => {
  const { mailbox } = graphFixture()
  mailbox.create(oneHour('inside', '2026-11-10'))
  const habits = { ...plainHabits, loops: true }
  const one = deltaPage(mailbox, { from: { window: november }, pageSize: 10, habits })
  const two = deltaPage(mailbox, { from: { token: one.next.token }, pageSize: 10, habits })
  expect(two.next.token).not.toBe(one.next.token)
  expect(told(two.items)).toEqual(told(one.items))
})

test.each(['expired', 'made up', 'of another mailbox'])('a token that is %s is refused with 410', (which) => {
  const { mailbox, world, person } = graphFixture()
  const { token } = round(mailbox)
  const other = world.mailboxOf(world.addPerson({ tid: person.tid, displayName: 'Bo' }).oid)
  if (which === 'expired') mailbox.expireTokens()
  const given = which === 'made up' ? `${token}x` : which === 'expired' ? token : round(other).token
  expect(() => round(mailbox, given)).toThrow(expect.objectContaining({ status: 410, code: 'SyncStateNotFound' }))
})

test('each of 20,000 events is told exactly once, on full pages', () => {
  const { mailbox } = graphFixture()
  for (let index = 0; index < 20_000; index += 1) mailbox.create(oneHour(`${index}`, `2026-11-${10 + (index % 20)}`))
  const { pages, items } = round(mailbox, undefined, plainHabits, 200)
  expect(pages).toHaveLength(100)
  expect(new Set(told(items)).size).toBe(20_000)
})
