import { describe, expect, test } from 'vitest'
import { type FailureCode, SyncError } from '../../../shared/core/errors.ts'
import { days, earlier, epochMs, hours, later, minutes, seconds } from '../../../shared/core/time.ts'
import type { Mailbox, ProviderSubscription } from '../../../shared/pull/ports.ts'
import type { CalendarState } from '../../../shared/pull/state.ts'
import { subscribeCalendar } from '../../../shared/pull/subscribe-calendar.ts'
import { LIFETIME } from '../../../shared/pull/subscription.ts'
import { CALENDAR } from '../../support/calendar-state.ts'
import { createPages, createPullAccount, NOW } from '../../support/pull-account.ts'

const OLD: ProviderSubscription = { providerId: 'old', expiresAt: later(NOW, hours(12)) }
const MADE: ProviderSubscription = { providerId: 'made', expiresAt: later(NOW, LIFETIME) }
const WITH: CalendarState = { ...CALENDAR, subscription: OLD }

interface Answers {
  readonly subscribe?: FailureCode
  readonly renew?: FailureCode
  readonly unsubscribe?: FailureCode
  readonly retryAfterMs?: number
  readonly held?: readonly ProviderSubscription[]
}

/** Subscribes against a mailbox that fails as told, and says what it was asked and what was kept of it. */
async function subscribed(
  calendar: CalendarState,
  { held = [], retryAfterMs, ...codes }: Answers = {},
  isQuestioned = false,
  hasFreshToken = false,
) {
  const account = createPullAccount({ calendars: [calendar] })
  const asked: unknown[] = []
  const answer = async <T>(what: 'subscribe' | 'renew' | 'unsubscribe', facts: unknown[], value: T): Promise<T> => {
    asked.push([what, ...facts])
    const code = codes[what]
    if (code !== undefined) throw new SyncError(code, 'no', retryAfterMs === undefined ? {} : { retryAfterMs })
    return value
  }
  const mailbox: Mailbox = {
    ...createPages().mailbox,
    subscribe: (id, state, expiresAt) => answer('subscribe', [id, state, expiresAt], MADE),
    renew: (id, expiresAt) => answer('renew', [id, expiresAt], { providerId: id, expiresAt }),
    unsubscribe: (id) => answer('unsubscribe', [id], undefined),
    async subscriptions(id) {
      asked.push(['subscriptions', id])
      return held
    },
  }
  const clientState = (owner: string, key: string) => `${owner.slice(0, 4)}${key}`
  const asking = { isQuestioned, hasFreshToken }
  const dependencies = { ...account.dependencies, clientState, isEnded: async () => false }
  await subscribeCalendar(dependencies, account.session, mailbox, calendar, asking)
  const { told, measured } = account
  return { asked, told, measured, saves: account.diary.length, calendar: account.calendars.get(CALENDAR.key) }
}

const SUBSCRIBE = ['subscribe', CALENDAR.providerId, `acc_${CALENDAR.key}`, later(NOW, LIFETIME)]
const counted = (outcome: string) => [['subscription.renewals', { outcome }]]

describe('a calendar without a subscription', () => {
  test('gets one, and is read for what has happened meanwhile', async () => {
    const before = { ...CALENDAR, refusals: 3, subscribeAfter: earlier(NOW, minutes(1)), unheardSince: NOW }
    const { asked, told, measured, calendar } = await subscribed(before)
    expect(asked).toEqual([SUBSCRIBE])
    expect(calendar).toEqual({
      ...CALENDAR,
      subscription: MADE,
      dirty: true,
      unheardSince: undefined,
      subscribeAfter: undefined,
    })
    expect(told).toEqual([['info', 'subscribed', { account: `acc_${'A'.repeat(22)}`, calendar: CALENDAR.key }]])
    expect(measured).toEqual(counted('created'))
  })

  test('that is deleted, or was refused one lately, is left', async () => {
    for (const calendar of [
      { ...CALENDAR, deleted: true },
      { ...CALENDAR, subscribeAfter: later(NOW, minutes(1)) },
    ])
      for (const isQuestioned of [false, calendar.deleted])
        expect(await subscribed(calendar, {}, isQuestioned)).toMatchObject({ asked: [], saves: 0 })
  })

  test('is asked for when its time has come', async () => {
    expect((await subscribed({ ...CALENDAR, subscribeAfter: NOW })).asked).toEqual([SUBSCRIBE])
  })
})

describe('a subscription', () => {
  test('that ends soon is renewed, which tells nothing of changes', async () => {
    const { asked, measured, calendar } = await subscribed({ ...WITH, unheardSince: epochMs(1) })
    expect(asked).toEqual([['renew', 'old', later(NOW, LIFETIME)]])
    expect(calendar).toEqual({
      ...{ ...CALENDAR, unheardSince: 1, subscribeAfter: undefined },
      subscription: { providerId: 'old', expiresAt: later(NOW, LIFETIME) },
    })
    expect(measured).toEqual(counted('renewed'))
    expect((await subscribed({ ...WITH, dirty: true })).calendar).toMatchObject({ dirty: true })
  })

  test('that lives long enough is left, unless it is questioned', async () => {
    const fresh = { ...WITH, subscription: { ...OLD, expiresAt: later(NOW, days(6)) } }
    expect(await subscribed(fresh)).toMatchObject({ asked: [], saves: 0 })
    expect((await subscribed(fresh, {}, true)).asked).toEqual([['renew', 'old', later(NOW, LIFETIME)]])
  })

  test('that is gone is made anew', async () => {
    const { asked, calendar, measured } = await subscribed(WITH, { renew: 'ITEM_GONE' })
    expect(asked).toEqual([['renew', 'old', later(NOW, LIFETIME)], SUBSCRIBE])
    expect(calendar).toMatchObject({ subscription: MADE, dirty: true })
    expect(measured).toEqual(counted('created'))
  })

  test('that nothing is heard of is replaced, and not again for six hours', async () => {
    const { asked, calendar } = await subscribed({ ...WITH, deafSince: earlier(NOW, hours(1)) })
    expect(asked).toEqual([['unsubscribe', 'old'], SUBSCRIBE])
    expect(calendar).toMatchObject({ subscription: MADE, subscribeAfter: later(NOW, hours(6)) })
  })
})

describe('a subscription that may be gone', () => {
  const waiting = { ...WITH, subscribeAfter: later(NOW, minutes(1)) }

  test('is renewed at once where it waits for nothing but its own replacement', async () => {
    expect((await subscribed(waiting, {}, true)).asked).toEqual([['renew', 'old', later(NOW, LIFETIME)]])
    expect(await subscribed(waiting)).toMatchObject({ asked: [], saves: 0 })
  })

  test('is polled in place of, where subscribing was refused lately', async () => {
    const { asked, calendar } = await subscribed({ ...waiting, refusals: 1 }, {}, true)
    expect(asked).toEqual([])
    expect(calendar).toMatchObject({ subscription: undefined, dirty: true, refusals: 1 })
    expect(await subscribed({ ...waiting, refusals: 1 })).toMatchObject({ saves: 0 })
    expect(await subscribed({ ...waiting, subscription: undefined, refusals: 1 }, {}, true)).toMatchObject({ saves: 0 })
  })
})

describe('a refusal', () => {
  const REFUSED = [
    'MICROSOFT_REFUSED',
    'MICROSOFT_UNREACHABLE',
    'MICROSOFT_UNEXPECTED_SHAPE',
    'CURSOR_EXPIRED',
    'ITEM_GONE',
    'MAILBOX_GONE',
  ] as const

  test.each(REFUSED)('(%s) is on record, and tried again with growing patience', async (code) => {
    const { calendar, told, measured } = await subscribed({ ...CALENDAR, refusals: 1 }, { subscribe: code })
    expect(calendar).toEqual({
      ...CALENDAR,
      refusals: 2,
      subscribeAfter: later(NOW, hours(1)),
      subscription: undefined,
    })
    expect(told[0]?.slice(0, 2)).toEqual(['warn', 'subscribing-refused'])
    expect(told[0]?.[2]).toMatchObject({ account: `acc_${'A'.repeat(22)}`, calendar: CALENDAR.key, refusals: 2, code })
    expect(measured).toEqual(counted('refused'))
  })

  test('of a renewal keeps what is alive, and comes back before it ends', async () => {
    const soon = { ...WITH, subscription: { ...OLD, expiresAt: later(NOW, minutes(10)) } }
    const { calendar, measured } = await subscribed(soon, { renew: 'MICROSOFT_REFUSED' })
    expect(calendar).toMatchObject({
      subscription: soon.subscription,
      subscribeAfter: later(NOW, minutes(10)),
      refusals: 1,
    })
    expect(measured).toEqual(counted('failed'))
  })

  test('forgets a subscription that has ended, or that may be gone', async () => {
    const ended = { ...WITH, subscription: { ...OLD, expiresAt: NOW } }
    const after = { subscription: undefined, subscribeAfter: later(NOW, minutes(30)) }
    expect((await subscribed(ended, { renew: 'MICROSOFT_REFUSED' })).calendar).toMatchObject(after)
    expect((await subscribed(WITH, { renew: 'MICROSOFT_REFUSED' }, true)).calendar).toMatchObject(after)
    expect((await subscribed(WITH, { renew: 'ITEM_GONE', subscribe: 'MICROSOFT_REFUSED' })).calendar).toMatchObject(
      after,
    )
  })

  test('is for the visit to know when it is something else', async () => {
    await expect(subscribed(CALENDAR, { subscribe: 'MICROSOFT_TOKEN_EXPIRED' })).rejects.toMatchObject({
      code: 'MICROSOFT_TOKEN_EXPIRED',
    })
    await expect(subscribed(WITH, { renew: 'MICROSOFT_TOKEN_EXPIRED' })).rejects.toMatchObject({
      code: 'MICROSOFT_TOKEN_EXPIRED',
    })
  })
})

describe('a token that is refused', () => {
  const code = 'MICROSOFT_TOKEN_EXPIRED'

  test('says nothing about the subscription until a fresh one is refused too', async () => {
    const { calendar, told } = await subscribed(CALENDAR, { subscribe: code }, false, true)
    expect(calendar).toMatchObject({ refusals: 1, subscribeAfter: later(NOW, minutes(30)) })
    expect(told[0]?.[2]).toMatchObject({ code })
    expect((await subscribed(WITH, { renew: code }, false, true)).calendar).toMatchObject({ subscription: OLD })
  })
})

describe('being asked for patience', () => {
  test('is no refusal: it is waited for as long as was asked', async () => {
    const throttled = { renew: 'MICROSOFT_THROTTLED', retryAfterMs: seconds(90) } as const
    const { calendar, told, measured } = await subscribed(WITH, throttled)
    expect(calendar).toEqual({ ...WITH, subscribeAfter: later(NOW, seconds(90)) })
    expect([told, measured]).toEqual([[], counted('throttled')])
    expect((await subscribed(WITH, throttled, true)).calendar).toMatchObject({ subscription: undefined })
  })

  test('may not say for how long, which is the pace of polling then', async () => {
    const { calendar } = await subscribed(CALENDAR, { subscribe: 'MICROSOFT_THROTTLED' })
    expect(calendar).toMatchObject({ subscribeAfter: later(NOW, minutes(5)), refusals: 0 })
    expect((await subscribed(CALENDAR, { subscribe: 'MICROSOFT_THROTTLED', retryAfterMs: 0 })).calendar).toMatchObject({
      subscribeAfter: later(NOW, minutes(5)),
    })
  })
})

describe('a subscription that cannot be noted, because another handler was faster,', () => {
  const overtaken = new SyncError('ROW_CHANGED', 'another handler')

  /** @param isEnded whether the account has ended, or the failure of looking. */
  async function unnoted(isEnded: boolean | FailureCode, unsubscribe?: FailureCode) {
    const { dependencies, session, told } = createPullAccount()
    const ended: string[] = []
    const mailbox: Mailbox = {
      ...createPages().mailbox,
      subscribe: async () => MADE,
      async unsubscribe(id) {
        ended.push(id)
        if (unsubscribe !== undefined) throw new SyncError(unsubscribe, 'no')
      },
    }
    const asking = { isQuestioned: false, hasFreshToken: false }
    const subscribing = subscribeCalendar(
      {
        ...{ ...dependencies, clientState: () => 'state' },
        async isEnded() {
          if (typeof isEnded === 'string') throw new SyncError(isEnded, 'no')
          return isEnded
        },
      },
      { ...session, save: () => Promise.reject(overtaken) },
      mailbox,
      CALENDAR,
      asking,
    )
    await expect(subscribing).rejects.toBe(overtaken)
    return { ended, told: told.map(([level, event, facts]) => [level, event, facts?.['code']]) }
  }

  test('is ended where the account has ended, and left where it goes on', async () => {
    expect(await unnoted(true)).toEqual({ ended: ['made'], told: [] })
    expect(await unnoted(false)).toEqual({ ended: [], told: [] })
  })

  test('is told where it may be left, and the visit fails as it would have', async () => {
    const left = (code: FailureCode) => [['warn', 'subscription-unnoted', code]]
    expect(await unnoted(true, 'MICROSOFT_REFUSED')).toEqual({ ended: ['made'], told: left('MICROSOFT_REFUSED') })
    expect(await unnoted('STORAGE_UNAVAILABLE')).toEqual({ ended: [], told: left('STORAGE_UNAVAILABLE') })
  })
})

describe('a subscription that exists already', () => {
  const exists = (...held: ProviderSubscription[]) => subscribed(CALENDAR, { subscribe: 'SUBSCRIPTION_EXISTS', held })
  const endingIn = (time: number): ProviderSubscription => ({ providerId: `${time}`, expiresAt: epochMs(NOW + time) })

  test('is ours, and is taken over when it lives for more than an hour', async () => {
    const { asked, calendar } = await exists(endingIn(hours(1)), endingIn(hours(1) + 1))
    expect(asked).toEqual([SUBSCRIBE, ['subscriptions', [CALENDAR.providerId]]])
    expect(calendar).toMatchObject({ subscription: endingIn(hours(1) + 1), dirty: true })
  })

  test('and cannot be found is refused', async () => {
    const { calendar, told } = await exists(endingIn(hours(1)))
    expect(calendar).toMatchObject({ refusals: 1, subscription: undefined })
    expect(told[0]?.[2]).toMatchObject({ code: 'SUBSCRIPTION_EXISTS' })
  })
})
