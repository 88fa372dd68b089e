import { describe, expect, test } from 'vitest'
import { days, type EpochMs, earlier, elapsed, epochMs, later, minutes } from '../../../shared/core/time.ts'
import {
  calendarsAreDue,
  isDeaf,
  isRollDue,
  isTold,
  needsPull,
  nextVisitAfter,
  nextVisitAt,
  type Scheduled,
  type Wake,
} from '../../../shared/pull/due.ts'
import type { CalendarState } from '../../../shared/pull/state.ts'
import { CALENDAR } from '../../support/calendar-state.ts'

const NOW = epochMs(Date.parse('2026-11-20T12:00:00Z'))
const AT_NOON = { now: () => NOW, sleep: () => Promise.reject(new Error('nothing waits')) }
const ago = (n: number): EpochMs => earlier(NOW, minutes(n))
const within = (n: number): EpochMs => later(NOW, minutes(n))
/** The accounts whose places are at the two ends: intervals are 0.8 and (nearly) 0.9 of what they are called. */
const [FIRST, LAST] = [`acc_${'A'.repeat(22)}`, `acc_${'_'.repeat(22)}`]

/** Read a moment ago, told of three hours ago, subscribed for six days. */
const QUIET: CalendarState = {
  ...CALENDAR,
  pulledAt: NOW,
  heardAt: ago(180),
  windowMadeAt: NOW,
  subscription: { providerId: 's', expiresAt: later(NOW, days(6)) },
}
const UNSUBSCRIBED = { subscription: undefined, subscribeAfter: within(2000) }
const DUE: Wake = { reason: 'due' }
const PROGRESS = { link: '', fresh: true, view: false, repeats: 0, touched: [], pages: 0, mixed: false }

type Change = Partial<CalendarState>
const scheduled = (change: Change, head: Scheduled['head'] = { calendarsReadAt: NOW }, account = FIRST): Scheduled => ({
  ...{ account, head, calendars: [{ ...QUIET, ...change }] },
})
const inMinutes = (at: EpochMs): number => elapsed(NOW, at) / minutes(1)

describe('when an account is visited next', () => {
  test.each<[what: string, change: Change, after: number, at: number]>([
    ['is quiet', {}, 48, 48],
    ['was told of 12 minutes before it was read', { heardAt: ago(12) }, 9.6, 9.6],
    ['was told of a minute before it was read', { heardAt: ago(1) }, 4, 4],
    ['was never told of', { heardAt: undefined }, 48, 48],
    ['has no subscription', UNSUBSCRIBED, 4, 4],
    ['has no subscription and may ask for one now', { subscription: undefined }, 4, 4],
    ['may ask for a subscription from now on', { subscription: undefined, subscribeAfter: NOW }, 4, 4],
    ['may ask for a subscription soon', { subscription: undefined, subscribeAfter: within(1) }, 1, 1],
    ['has a subscription and may ask to renew it later', { subscribeAfter: later(NOW, days(5)) }, 48, 48],
    ['is deaf', { deafSince: ago(60), subscribeAfter: within(2000) }, 4, 4],
    ['has changed without being told eight minutes ago', { unheardSince: ago(8) }, 2, 2],
    ['has changed unheard and has no subscription', { unheardSince: ago(8), ...UNSUBSCRIBED }, 4, 4],
    ['has changed unheard and is deaf', { unheardSince: ago(9), deafSince: ago(9), subscribeAfter: within(99) }, 4, 4],
    ['is dirty', { dirty: true }, 48, 4],
    ['is in the middle of a round', { progress: PROGRESS }, 48, 4],
    ['was never read', { pulledAt: undefined }, 4, 4],
    ['failed and waits', { dirty: true, pullAfter: within(3) }, 3, 3],
    ['failed and has waited', { pullAfter: NOW }, 48, 48],
    [
      'has a subscription to be renewed',
      { subscription: { providerId: 's', expiresAt: later(within(1), days(2)) } },
      1,
      1,
    ],
    ['has a subscription that is over', { subscription: { providerId: 's', expiresAt: ago(1) } }, 48, 4],
    ['has a window of yesterday', { windowMadeAt: earlier(NOW, days(1)) }, 48, 4],
    [
      'has a window of yesterday and a round',
      { windowMadeAt: earlier(NOW, days(1)), pullAfter: within(800), progress: PROGRESS },
      48,
      48,
    ],
    ['has no window', { windowMadeAt: undefined }, 48, 48],
    ['is gone', { deleted: true, dirty: true, windowMadeAt: earlier(NOW, days(9)) }, 48, 48],
  ])('a calendar that %s: after this visit, and as things are', (_, change, after, at) => {
    expect(inMinutes(nextVisitAfter(scheduled(change), NOW, DUE))).toBeCloseTo(after, 3)
    expect(inMinutes(nextVisitAt(scheduled(change), NOW))).toBeCloseTo(at, 3)
  })

  test.each<[what: string, wake: Wake, expected: number]>([
    ['for this calendar', { reason: 'notified', calendar: CALENDAR.key }, 4],
    ['for all of them', { reason: 'notified' }, 4],
    ['for another one', { reason: 'notified', calendar: 'other' }, 48],
    ['for this calendar, and it is no notification', { reason: 'asked', calendar: CALENDAR.key }, 48],
  ])('who was woken %s comes again accordingly', (_, wake, expected) => {
    expect(inMinutes(nextVisitAfter(scheduled({}), NOW, wake))).toBe(expected)
    expect(isTold(QUIET, wake)).toBe(expected === 4)
  })

  test('a calendar that nobody tells us about is not read sooner because somebody did', () => {
    const polled = scheduled({ ...UNSUBSCRIBED, pullAfter: within(30) })
    expect(inMinutes(nextVisitAfter(polled, NOW, { reason: 'notified' }))).toBe(30)
  })

  test('one calendar that is told of is enough', () => {
    const both = scheduled({})
    const other = { ...QUIET, key: 'other' }
    const told = { ...both, calendars: [...both.calendars, other] }
    expect(inMinutes(nextVisitAfter(told, NOW, { reason: 'notified', calendar: 'other' }))).toBe(4)
  })

  test('the list of calendars is read every hour or so, by each account at its own pace', () => {
    const read = (at: EpochMs | undefined, account: string) =>
      inMinutes(nextVisitAfter(scheduled({}, { calendarsReadAt: at }, account), NOW, DUE))
    expect(read(ago(40), FIRST)).toBe(8)
    expect(read(ago(48), FIRST)).toBe(48)
    expect(read(undefined, FIRST)).toBe(48)
    expect(read(ago(40), LAST)).toBeCloseTo(14, 3)
    expect(calendarsAreDue(scheduled({}, { calendarsReadAt: ago(48) }), NOW)).toBe(true)
    expect(calendarsAreDue(scheduled({}, { calendarsReadAt: ago(47) }), NOW)).toBe(false)
    expect(calendarsAreDue(scheduled({}), NOW, { reason: 'connected' })).toBe(true)
    expect(calendarsAreDue(scheduled({}), NOW, { reason: 'due' })).toBe(false)
    expect(calendarsAreDue(scheduled({}, {}), NOW)).toBe(true)
  })

  test('who is asked for patience comes when it is over, and whole milliseconds are planned', () => {
    expect(inMinutes(nextVisitAt(scheduled({}, { calendarsReadAt: NOW, notBefore: within(600) }), NOW))).toBe(600)
    const odd = `acc_${'A'.repeat(5)}Q${'A'.repeat(16)}`
    const lead = scheduled({ subscription: { providerId: 's', expiresAt: later(within(20), days(2)) } }, undefined, odd)
    for (const at of [nextVisitAfter(lead, NOW, DUE), nextVisitAt(lead, NOW)]) expect(Number.isInteger(at)).toBe(true)
  })
})

describe('what is due', () => {
  test.each<[what: string, account: string, madeAt: string, change: Change, isDue: boolean]>([
    ['was made yesterday', FIRST, '2026-11-19T23:59:59Z', {}, true],
    ['was made today', FIRST, '2026-11-20T00:00:00Z', {}, false],
    ['was made yesterday, in a calendar that is gone', FIRST, '2026-11-19T12:00:00Z', { deleted: true }, false],
    ['was made yesterday, in one that is set aside', FIRST, '2026-11-19T12:00:00Z', { pullAfter: within(1) }, false],
    ['was made yesterday and is being read', FIRST, '2026-11-19T12:00:00Z', { progress: PROGRESS }, false],
    ['was made the day before and is being read', FIRST, '2026-11-18T12:00:00Z', { progress: PROGRESS }, true],
  ])('a window that %s moves on at midnight: %s', (_, account, madeAt, change, isDue) => {
    const calendar = { ...QUIET, windowMadeAt: epochMs(Date.parse(madeAt)), ...change }
    expect(isRollDue(calendar, account, AT_NOON)).toBe(isDue)
  })

  test('the last account moves its windows six hours after midnight, the first at midnight', () => {
    const calendar = { ...QUIET, windowMadeAt: earlier(NOW, days(1)) }
    const at = (time: string) => ({ ...AT_NOON, now: () => epochMs(Date.parse(`2026-11-20T${time}Z`)) })
    expect([FIRST, LAST].map((account) => isRollDue(calendar, account, at('00:00:00')))).toEqual([true, false])
    expect([FIRST, LAST].map((account) => isRollDue(calendar, account, at('05:59:00')))).toEqual([true, false])
    expect([FIRST, LAST].map((account) => isRollDue(calendar, account, at('06:00:00')))).toEqual([true, true])
    expect(isRollDue({ ...QUIET, windowMadeAt: undefined }, FIRST, AT_NOON)).toBe(false)
  })

  test('a calendar is deaf ten minutes after a change that nobody told', () => {
    expect(isDeaf({ ...QUIET, unheardSince: ago(10) }, NOW)).toBe(true)
    expect(isDeaf({ ...QUIET, unheardSince: ago(9.99) }, NOW)).toBe(false)
    expect(isDeaf({ ...QUIET, unheardSince: ago(10), subscription: undefined }, NOW)).toBe(false)
    expect(isDeaf({ ...QUIET, unheardSince: ago(20), deafSince: ago(10) }, NOW)).toBe(false)
    expect(isDeaf(QUIET, NOW)).toBe(false)
  })

  test.each<[what: string, change: Change, expected: boolean]>([
    ['is quiet', {}, false],
    ['is dirty', { dirty: true }, true],
    ['is dirty and gone', { dirty: true, deleted: true }, false],
    ['is dirty and set aside', { dirty: true, pullAfter: within(1) }, false],
    ['was never read', { pulledAt: undefined }, true],
    ['was read 48 minutes ago', { pulledAt: ago(48), heardAt: undefined }, true],
    ['was read 47 minutes ago', { pulledAt: ago(47), heardAt: undefined }, false],
    ['was read four minutes ago and has no subscription', { ...UNSUBSCRIBED, pulledAt: ago(4) }, true],
    ['was read three minutes ago and has no subscription', { ...UNSUBSCRIBED, pulledAt: ago(3) }, false],
  ])('a calendar that %s is to be read: %s', (_, change, expected) => {
    expect(needsPull({ ...QUIET, ...change }, FIRST, DUE, AT_NOON)).toBe(expected)
    expect(needsPull({ ...QUIET, ...change, deleted: true }, FIRST, { reason: 'notified' }, AT_NOON)).toBe(false)
  })

  test('a calendar that was told of is to be read, unless it is set aside', () => {
    expect(needsPull(QUIET, FIRST, { reason: 'notified' }, AT_NOON)).toBe(true)
    expect(needsPull({ ...QUIET, pullAfter: within(1) }, FIRST, { reason: 'notified' }, AT_NOON)).toBe(false)
  })
})
