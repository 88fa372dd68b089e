import { describe, expect, test } from 'vitest'
import { days, type EpochMs, epochMs, hours, later, minutes } from '../../../shared/core/time.ts'
import { createClientStates } from '../../../shared/pull/client-state.ts'
import { firstPullDone } from '../../../shared/pull/first-pull.ts'
import { deletesTooMuch } from '../../../shared/pull/guard.ts'
import type { Outcome } from '../../../shared/pull/knowledge.ts'
import {
  isSetAside,
  mixed,
  progressAfter,
  repeated,
  startAgain,
  startRound,
  windowOf,
  withoutCursor,
} from '../../../shared/pull/round.ts'
import { standingOf, standingText } from '../../../shared/pull/standing.ts'
import type { AccountHead, CalendarState, RoundProgress } from '../../../shared/pull/state.ts'
import { patienceAfter, renewalOf, replacedAgainAt, tryAgainAt } from '../../../shared/pull/subscription.ts'
import { CALENDAR } from '../../support/calendar-state.ts'

const at = (text: string): EpochMs => epochMs(Date.parse(text))
const NOW = at('2026-11-20T12:00:00Z')
const clock = { now: () => NOW, sleep: () => Promise.reject(new Error('nothing waits')) }
const PROGRESS: RoundProgress = {
  ...{ link: 'next', fresh: false, view: false, repeats: 0, touched: [], pages: 0, mixed: false },
}
const WINDOW = { from: at('2026-10-01T00:00:00Z'), to: at('2027-06-01T00:00:00Z') }

describe('a round', () => {
  const windowDays = { past: 42, future: 201 }
  const begun = (calendar: CalendarState) => startRound(calendar, { clock, windowDays })

  test('one in progress is gone on with', () => {
    const calendar = { ...CALENDAR, progress: PROGRESS }
    expect(begun(calendar)).toBe(calendar)
  })

  test('without a cursor it is fresh, with a window around today', () => {
    expect(begun({ ...CALENDAR, window: WINDOW })).toEqual({
      ...{ ...CALENDAR, round: 2, windowMadeAt: NOW, windowMovedFrom: WINDOW.to },
      window: { from: at('2026-10-09T00:00:00Z'), to: at('2027-06-09T00:00:00Z') },
      progress: { ...PROGRESS, link: '', fresh: true },
    })
    expect(begun(CALENDAR).windowMovedFrom).toBeUndefined()
  })

  test('with a cursor it goes on from there, and the window stays', () => {
    const calendar = { ...CALENDAR, cursor: 'delta', window: WINDOW, windowMadeAt: epochMs(1), endless: true }
    expect(begun(calendar)).toEqual({
      ...{ ...calendar, round: 2, windowMovedFrom: undefined },
      progress: { ...PROGRESS, link: 'delta' },
    })
  })

  test('of a calendar without an end it is a view, of the window it had', () => {
    const calendar = { ...CALENDAR, endless: true, window: WINDOW, windowMadeAt: epochMs(1) }
    expect(begun(calendar)).toMatchObject({ window: WINDOW, windowMadeAt: 1, progress: { view: true, fresh: true } })
    expect(begun({ ...CALENDAR, endless: true }).windowMadeAt).toBe(NOW)
  })

  test('begun again it is a fresh one, and remembers why from page to page', () => {
    const calendar = { ...CALENDAR, cursor: 'delta', progress: PROGRESS }
    const again = startAgain(calendar, 'broken', { clock, windowDays })
    expect(again).toMatchObject({ round: 2, progress: { ...PROGRESS, link: '', fresh: true, after: 'broken' } })
    const batch = { items: [], nextLink: 'more', cursor: undefined, pages: 1 }
    expect(progressAfter(again, batch, (id) => id)).toMatchObject({ link: 'more', after: 'broken' })
  })

  test('its progress counts pages, and remembers each series that changes have touched', () => {
    const keyOf = (id: string) => `k${id}`
    const items = [{ kind: 'sparse', seriesProviderId: 's' } as never]
    const batch = { items, nextLink: 'more', cursor: undefined, pages: 3 }
    const progress = { ...PROGRESS, touched: ['ka', 'ks'], pages: 4, repeats: 2, mixed: true }
    expect(progressAfter({ ...CALENDAR, progress }, batch, keyOf)).toEqual({ ...progress, link: 'more', pages: 7 })
    const fresh = { ...progress, fresh: true, view: true, touched: [] }
    expect(progressAfter({ ...CALENDAR, progress: fresh }, batch, keyOf).touched).toEqual([])
    expect(progressAfter({ ...CALENDAR, progress: PROGRESS }, batch, keyOf).touched).toEqual(['ks'])
    expect(progressAfter(CALENDAR, { ...batch, nextLink: undefined }, keyOf)).toEqual({
      ...{ ...PROGRESS, link: '', fresh: true, pages: 3 },
    })
  })

  test('repeats and mixtures are noted in the round, and nowhere without one', () => {
    const calendar = { ...CALENDAR, progress: PROGRESS }
    expect(repeated(repeated(calendar)).progress).toEqual({ ...PROGRESS, repeats: 2 })
    expect(mixed(calendar).progress).toEqual({ ...PROGRESS, mixed: true })
    for (const note of [repeated, mixed]) expect(note(CALENDAR).progress).toBeUndefined()
  })

  test('starting over forgets cursor and round, and a round needs a window', () => {
    const calendar = { ...CALENDAR, cursor: 'delta', progress: PROGRESS }
    expect(withoutCursor(calendar)).toEqual({ ...CALENDAR, cursor: undefined, progress: undefined })
    expect(windowOf({ window: WINDOW })).toBe(WINDOW)
    expect(() => windowOf(CALENDAR)).toThrow(expect.objectContaining({ code: 'INTERNAL' }))
  })

  test('a calendar is set aside until its time has come', () => {
    expect(isSetAside({ ...CALENDAR, pullAfter: later(NOW, minutes(1)) }, clock)).toBe(true)
    expect(isSetAside({ ...CALENDAR, pullAfter: NOW }, clock)).toBe(false)
    expect(isSetAside(CALENDAR, clock)).toBe(false)
  })
})

describe('a subscription', () => {
  const subscription = { providerId: 's', expiresAt: later(NOW, days(6)) }

  test('is renewed with two days left, or up to twelve hours more', () => {
    const calendar = { ...CALENDAR, subscription }
    expect(renewalOf(calendar, 0)).toEqual({ at: later(NOW, days(4)), every: days(4) })
    expect(renewalOf(calendar, 1).at).toBe(later(NOW, days(3.5)))
    expect(renewalOf({ ...calendar, subscribeAfter: later(NOW, days(5)) }, 0).at).toBe(later(NOW, days(5)))
  })

  test('is made at once where there is none or it is deaf, unless that has to wait', () => {
    expect(renewalOf(CALENDAR, 0.5)).toEqual({ at: 0, every: days(4) })
    expect(renewalOf({ ...CALENDAR, subscription, deafSince: NOW }, 0.5).at).toBe(0)
    expect(renewalOf({ ...CALENDAR, subscribeAfter: NOW }, 0.5).at).toBe(NOW)
  })

  test('is asked for again after half an hour, then twice as long, six hours at most, and not after the old one ends', () => {
    expect([1, 2, 3].map(patienceAfter)).toEqual([minutes(30), minutes(60), minutes(120)])
    expect(tryAgainAt(NOW, minutes(30), undefined)).toBe(later(NOW, minutes(30)))
    expect(tryAgainAt(NOW, hours(64), undefined)).toBe(later(NOW, hours(6)))
    expect(tryAgainAt(NOW, hours(64), later(NOW, hours(1)))).toBe(later(NOW, hours(1)))
    expect(tryAgainAt(NOW, minutes(30), later(NOW, hours(1)))).toBe(later(NOW, minutes(30)))
    expect(replacedAgainAt(NOW)).toBe(later(NOW, hours(6)))
  })
})

test.each([
  { events: 100, deleted: 0, forgotten: 0, isTooMuch: false },
  { events: 0, deleted: 0, forgotten: 0, isTooMuch: false },
  { events: 1, deleted: 1, forgotten: 0, isTooMuch: true },
  { events: 50, deleted: 49, forgotten: 0, isTooMuch: false },
  { events: 60, deleted: 50, forgotten: 0, isTooMuch: false },
  { events: 60, deleted: 51, forgotten: 0, isTooMuch: true },
  { events: 255, deleted: 51, forgotten: 0, isTooMuch: false },
  { events: 254, deleted: 51, forgotten: 0, isTooMuch: true },
  { events: 255, deleted: 51, forgotten: 1, isTooMuch: true },
  { events: 100, deleted: 10, forgotten: 90, isTooMuch: true },
  { events: 100, deleted: 10, forgotten: 89, isTooMuch: false },
  { events: 100, deleted: 0, forgotten: 100, isTooMuch: false },
])(
  'of $events events $deleted gone and $forgotten left behind is doubted: $isTooMuch',
  ({ events, deleted, forgotten, isTooMuch }) => {
    const kinds = [...Array(deleted).fill('delete'), ...Array(forgotten).fill('forget'), ...Array(99).fill('write')]
    const outcome = { changes: kinds.map((kind) => ({ kind })) } as unknown as Outcome
    expect(deletesTooMuch(outcome, events)).toBe(isTooMuch)
  },
)

test('an account stands as its present calendars do', () => {
  const subscription = { providerId: 's', expiresAt: NOW }
  const calendars = [
    ...Array<CalendarState>(3).fill({ ...CALENDAR, subscription }),
    ...Array<CalendarState>(2).fill({ ...CALENDAR, subscription, deafSince: NOW }),
    ...[CALENDAR, { ...CALENDAR, deafSince: NOW }, CALENDAR, CALENDAR],
    { ...CALENDAR, subscription, deleted: true },
  ]
  expect(standingOf('active', calendars)).toEqual({ state: 'active', notified: 3, deaf: 2, polled: 4 })
  expect(standingText(standingOf('active', calendars))).toBe('active 3 4 2')
})

test('the first pull is done when the list and each calendar of it that is there was read', () => {
  const head = { calendarsReadAt: NOW } as AccountHead
  const read = { ...CALENDAR, pulledAt: NOW }
  expect(firstPullDone(head, [])).toBe(true)
  expect(firstPullDone(head, [read, { ...CALENDAR, deleted: true }])).toBe(true)
  expect(firstPullDone(head, [read, CALENDAR])).toBe(false)
  expect(firstPullDone({} as AccountHead, [read])).toBe(false)
})

test('the first pull does not wait for a calendar that was set aside, where another one was read', () => {
  const head = { calendarsReadAt: NOW } as AccountHead
  const [read, aside] = [
    { ...CALENDAR, pulledAt: NOW },
    { ...CALENDAR, pullAfter: NOW },
  ]
  expect(firstPullDone(head, [read, aside])).toBe(true)
  expect(firstPullDone(head, [read, aside, CALENDAR])).toBe(false)
  expect(firstPullDone(head, [aside])).toBe(false)
  expect(firstPullDone(head, [aside, { ...read, deleted: true }])).toBe(false)
})

describe('a client state', () => {
  const made = () =>
    createClientStates({
      mac: (account, calendar) => Buffer.from(`${account}${calendar}`).toString('base64url').slice(4, 47),
      equal: (a, b) => a === b,
    })
  const states = made()
  const subscribed = { account: `acc_${'a'.repeat(22)}`, calendar: 'c'.repeat(22) }
  const issued = states.issue(subscribed)

  test('tells the account and the calendar it was issued for', () => {
    expect(made().issue(subscribed)).toMatch(/^a{22}\.c{22}\.[\w-]{43}$/)
    expect(states.verify(issued)).toEqual(subscribed)
  })

  test.each([
    ['nothing', ''],
    ['more behind it', `${issued}x`],
    ['more before it', `x${issued}`],
    ['another account', issued.replace('a', 'b')],
    ['another calendar', issued.replace('c', 'd')],
    ['another code', issued.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x'))],
    ['no dots', issued.replaceAll('.', '-')],
  ])('with %s is not ours', (_, text) => {
    expect(states.verify(text)).toBeUndefined()
  })

  test('of nobody is not ours even where the comparison finds it equal', () => {
    const lenient = createClientStates({ mac: () => '', equal: (a, b) => a === b })
    expect(lenient.verify('')).toBeUndefined()
  })
})
