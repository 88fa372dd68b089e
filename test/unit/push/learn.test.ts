import { describe, expect, test } from 'vitest'
import { epochMs } from '../../../shared/core/time.ts'
import type { CalendarEvent } from '../../../shared/events/event.ts'
import type { CalendarState } from '../../../shared/pull/state.ts'
import { lessonsOf } from '../../../shared/push/learn.ts'
import { begin, type Learned, type Result } from '../../../shared/push/task.ts'
import type { ProviderItem } from '../../../shared/push/writer.ts'
import { agreement, content, current, place, target, upsert } from '../../support/push.ts'
import { createPushAccount, NOW, PUSHED } from '../../support/push-account.ts'

const WINDOW = PUSHED.window ?? { from: epochMs(0), to: epochMs(0) }
const HOUR = 3_600_000

const eventAt = (from: number, to: number, providerId = 'E'): CalendarEvent => ({
  ...content({
    start: { kind: 'instant', at: epochMs(from), zone: 'UTC' },
    end: { kind: 'instant', at: epochMs(to), zone: 'UTC' },
  }),
  ...{ providerId, etag: 'e', kind: 'single' },
})
const learnedEvent = (from: number = NOW, to: number = NOW + HOUR, providerId = 'E'): Learned => ({
  kind: 'event',
  event: eventAt(from, to, providerId),
})

interface Told {
  readonly learned?: Learned
  readonly isOwn?: boolean
  readonly calendar?: string
  readonly integrator?: string
}

function endOf({ learned, isOwn = true, calendar = 'calendar', integrator = 'sample' }: Told) {
  const last = upsert(2, { summary: 'Ours' })
  const base = agreement({ integrator })
  const task = begin({ target, last, actions: [last] }, base, place, { ...current(), calendar }, NOW)
  const result: Result = { state: 'applied', agreement: base, overruled: [], isOwn, learned }
  return { task, result }
}

type Kept = NonNullable<Parameters<typeof createPushAccount>[0]>

async function lessons(told: readonly Told[], kept: Kept = {}) {
  const { push } = createPushAccount(kept)
  return (await lessonsOf(push, told.map(endOf))).map(({ calendar, outcome, by }) => ({
    calendar: calendar.key,
    changes: outcome.changes.map(({ kind, key }) => `${kind} ${key}`),
    by: [...by],
    outcome,
  }))
}

const EVENT_KNOWN = {
  ...{ kind: 'event' as const, calendar: 'calendar', months: ['2026-11'], ends: epochMs(NOW + HOUR) },
  ...{ digest: 'old', seen: 1 },
}

describe('what an answer says', () => {
  test('is a change of its calendar in the round it is at, and its integrator’s own', async () => {
    const [lesson, ...more] = await lessons([{ learned: learnedEvent() }])
    expect(lesson).toMatchObject({ calendar: 'calendar', changes: ['write item E'], by: [['item E', 'sample']] })
    expect(lesson?.outcome.items.get('item E')).toMatchObject({ calendar: 'calendar', seen: 1 })
    expect(more).toEqual([])
  })

  test('is the integrator’s own where the event was read for it, as it was agreed on', async () => {
    const read = learnedEvent() as ProviderItem
    const { task, result } = endOf({ learned: read })
    const by = async (more: Partial<typeof task>) =>
      (await lessonsOf(createPushAccount().push, [{ task: { ...task, ...more }, result }])).map((lesson) => [
        ...lesson.by,
      ])
    expect(await by({ read })).toEqual([[['item E', 'sample']]])
    expect(await by({ read, current: current({ changedAt: NOW }) })).toEqual([[['item E', 'sample']]])
    expect(await by({ read, current: current({ summary: 'Theirs' }) })).toEqual([[]])
    expect(await by({ read, agreement: agreement({ stored: undefined }) })).toEqual([[]])
    expect(await by({ read, current: null })).toEqual([[]])
    expect(await by({ read: undefined, current: current({ summary: 'Theirs' }) })).toEqual([[['item E', 'sample']]])
  })

  test('is the integrator’s own deletion, whatever was read of the event before', async () => {
    const learned: Learned = { kind: 'removed', providerId: 'E' }
    const { task, result } = endOf({ learned })
    const read = learnedEvent() as ProviderItem
    const answered = { ...task, read, current: current({ summary: 'Theirs' }) }
    const { push } = createPushAccount({ items: { 'item E': EVENT_KNOWN } })
    const [lesson] = await lessonsOf(push, [{ task: answered, result }])
    expect([...(lesson?.by ?? [])]).toEqual([['item E', 'sample']])
  })

  test('is nobody’s where others have changed the event too', async () => {
    expect(await lessons([{ learned: learnedEvent(), isOwn: false }])).toMatchObject([
      { changes: ['write item E'], by: [] },
    ])
  })

  test('is nothing when nothing was learned', async () => {
    expect(await lessons([{}])).toEqual([])
    const { task } = endOf({})
    const result: Result = { state: 'rejected', reason: 'value_refused' }
    expect(await lessonsOf(createPushAccount().push, [{ task, result }])).toEqual([])
  })

  test('is judged with the other answers about its calendar, and apart from those about others', async () => {
    const calendars: CalendarState[] = [PUSHED, { ...PUSHED, key: 'other' }]
    const [here, there] = [learnedEvent(), learnedEvent(NOW, NOW + HOUR, 'O')]
    const also = learnedEvent(NOW, NOW + HOUR, 'A')
    const told = await lessons(
      [
        { learned: here },
        { learned: there, calendar: 'other', integrator: 'planner' },
        { learned: also, isOwn: false },
      ],
      { calendars },
    )
    expect(told).toMatchObject([
      { calendar: 'calendar', changes: ['write item E', 'write item A'], by: [['item E', 'sample']] },
      { calendar: 'other', changes: ['write item O'], by: [['item O', 'planner']] },
    ])
  })

  test.each([
    { name: 'was never read', calendar: { ...PUSHED, window: undefined } },
    { name: 'is deleted', calendar: { ...PUSHED, deleted: true } },
  ])('is left to the next round where the calendar $name', async ({ calendar }) => {
    expect(await lessons([{ learned: learnedEvent() }], { calendars: [calendar] })).toEqual([])
  })
})

describe('an event', () => {
  const within = async (from: number, to: number) =>
    (await lessons([{ learned: learnedEvent(from, to) }], { items: { 'item E': EVENT_KNOWN } }))[0]?.changes

  test('outside of the window is not cached any more', async () => {
    expect(await within(WINDOW.from - 2 * HOUR, WINDOW.from - 1)).toEqual(['delete item E'])
    expect(await within(WINDOW.to, WINDOW.to + HOUR)).toEqual(['delete item E'])
  })

  test('that reaches into the window is', async () => {
    expect(await within(WINDOW.from - HOUR, WINDOW.from)).toEqual(['write item E'])
    expect(await within(WINDOW.to - 1, WINDOW.to + HOUR)).toEqual(['write item E'])
    expect(await within(WINDOW.from - HOUR, WINDOW.to + HOUR)).toEqual(['write item E'])
  })

  test('that was deleted goes, as its integrator’s doing', async () => {
    const learned: Learned = { kind: 'removed', providerId: 'E' }
    expect(await lessons([{ learned }], { items: { 'item E': EVENT_KNOWN } })).toMatchObject([
      { changes: ['delete item E'], by: [['item E', 'sample']] },
    ])
  })
})

test('a change of a series is a change of its occurrences, by the same integrator', async () => {
  const { start, end } = eventAt(NOW, NOW + HOUR)
  const stored = { months: ['2026-11'], digest: 'old' }
  const occurrence = { providerId: 'M', etag: 'e', start, end, exception: false, seen: 1, stored }
  const master = { providerId: 'S', etag: 'e', content: content() }
  const series = { calendar: 'calendar', master, seen: 1, changed: 1, occurrences: { 'item M': occurrence } }
  const learned: Learned = { kind: 'series', master: { ...master, etag: 'f', content: content({ summary: 'Ours' }) } }
  const kept: Kept = {
    items: {
      'item S': { kind: 'series', calendar: 'calendar' },
      'item M': { kind: 'occurrence', calendar: 'calendar', series: 'item S' },
    },
    series: { 'item S': series },
  }
  expect(await lessons([{ learned }], kept)).toMatchObject([{ changes: ['write item M'], by: [['item M', 'sample']] }])
  expect(await lessons([{ learned, isOwn: false }], kept)).toMatchObject([{ changes: ['write item M'], by: [] }])
})

describe('what a creation has found where the cache knows it already', () => {
  const OTHER = 'write item O'

  const monthsBefore = (changes: readonly { readonly key: string; readonly previousMonths: readonly string[] }[]) =>
    Object.fromEntries(changes.map(({ key, previousMonths }) => [key, previousMonths]))

  /** What is told of it, with what is learned of another event in the same answer. */
  async function learnt(learned: Learned, kept: Kept, adopted: boolean) {
    const { task, result } = endOf({ learned })
    const other = endOf({ learned: learnedEvent(NOW, NOW + HOUR, 'O') })
    const [lesson] = await lessonsOf(createPushAccount(kept).push, [{ task: { ...task, adopted }, result }, other])
    const { items, changes, series } = lesson?.outcome ?? { items: new Map(), changes: [], series: new Map() }
    const known = Object.fromEntries([...items].flatMap(([key, item]) => (item ? [[key, item]] : [])))
    return { changes: changes.map(({ kind, key }) => `${kind} ${key}`), known, series, before: monthsBefore(changes) }
  }

  test('is written again, because it was nobody’s there, and what was not found by one is not', async () => {
    const learned = learnedEvent()
    const { known } = await learnt(learned, {}, false)
    expect((await learnt(learned, { items: known }, false)).changes).toEqual([])
    expect((await learnt(learned, { items: known }, true)).changes).toEqual(['write item E'])
    expect((await learnt(learnedEvent(NOW, NOW + HOUR, 'N'), { items: known }, true)).changes).toEqual(['write item N'])
  })

  test('is written again with the occurrences of a series that have nothing of their own', async () => {
    const { start, end } = eventAt(NOW, NOW + HOUR)
    const stored = { months: ['2026-10'], digest: 'old' }
    const occurrence = { providerId: 'M', etag: 'e', start, end, exception: false, seen: 1, stored }
    const bare = { ...occurrence, providerId: 'N', stored: undefined }
    const master = { providerId: 'S', etag: 'e', content: content() }
    const occurrences = { 'item M': occurrence, 'item N': bare }
    const inSeries = { kind: 'occurrence', calendar: 'calendar', series: 'item S' } as const
    const kept: Kept = {
      items: { 'item S': { kind: 'series', calendar: 'calendar' }, 'item M': inSeries, 'item N': inSeries },
      series: { 'item S': { calendar: 'calendar', master, seen: 1, changed: 1, occurrences } },
    }
    const learned: Learned = { kind: 'series', master }
    expect((await learnt(learned, kept, false)).changes).toEqual([OTHER])
    const { changes, before } = await learnt(learned, kept, true)
    expect(changes).toEqual(['write item M', 'write item N', OTHER])
    expect(before).toEqual({ 'item M': ['2026-10'], 'item N': [], 'item O': [] })
    const asWritten = { ...kept, series: Object.fromEntries((await learnt(learned, kept, true)).series) }
    expect((await learnt(learned, asWritten, false)).changes).toEqual([OTHER])
    expect((await learnt(learned, asWritten, true)).changes).toEqual(['write item M', 'write item N', OTHER])
  })

  test('is written in the place of what the cache holds, and as a series that it does not hold', async () => {
    const { known } = await learnt(learnedEvent(), {}, false)
    const moved = { ...known, 'item E': { ...EVENT_KNOWN, months: ['2026-10'] } }
    expect((await learnt(learnedEvent(), { items: moved }, true)).before).toMatchObject({ 'item E': ['2026-10'] })
    const master = { providerId: 'S', etag: 'e', content: content() }
    expect((await learnt({ kind: 'series', master }, {}, true)).changes).toEqual([OTHER])
  })
})
