import { describe, expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import { epochMs, later, minutes } from '../../../shared/core/time.ts'
import { POLL_EVERY } from '../../../shared/pull/due.ts'
import type { ChangedItem } from '../../../shared/pull/ports.ts'
import { pullCalendar } from '../../../shared/pull/pull-calendar.ts'
import type { CalendarState } from '../../../shared/pull/state.ts'
import { createPages, createPullAccount, NOW, single } from '../../support/pull-account.ts'
import {
  type Account,
  changesOf,
  DEADLINE,
  events,
  KEY,
  last,
  more,
  NEW,
  pull,
  reading,
  started,
} from '../../support/pulling.ts'

describe('a failure', () => {
  test('of the cursor starts a fresh round, from what was committed', async () => {
    const account = await reading(single('a'))
    const pages = [1, 2, 3, 4, 5].map((number) => more(`${number}`, single(`n${number}`)))
    const expired = new SyncError('CURSOR_EXPIRED', 'too old')
    const known = account.calendars.get(KEY) as CalendarState
    account.calendars.clear()
    for (const one of [{ ...known, key: 'other', round: 9 }, known]) account.calendars.set(one.key, one)
    const { isComplete, asked, calendar } = await pull(account, [...pages, expired, last(single('a'))])
    expect([isComplete, asked.at(-1)]).toEqual([true, 'changes from the beginning'])
    expect(events(account)).toEqual(['warn cursor-expired', 'info calendar-pulled'])
    expect(account.told[0]?.[2]).toEqual({ account: account.session.account, calendar: KEY })
    expect([calendar.round, calendar.events]).toEqual([3, 1])
  })

  test('of a calendar that is not kept any more starts from what it was', async () => {
    const account = started({ ...NEW, cursor: 'old', window: { from: epochMs(0), to: NOW } })
    const calendar = account.calendars.get(KEY) as CalendarState
    account.calendars.clear()
    const { mailbox } = createPages(new SyncError('CURSOR_EXPIRED', 'too old'), last())
    await pullCalendar(account.dependencies, account.session, mailbox, calendar, DEADLINE)
    expect(account.calendars.get(KEY)).toMatchObject({ cursor: 'cursor', round: 1 })
  })

  const expired = new SyncError('CURSOR_EXPIRED', 'too old')

  test('of the cursor in the fresh round too gives the changes up for a view', async () => {
    const account = await reading(single('a'))
    const { isComplete, asked, calendar } = await pull(account, [expired, more('1', single('b')), expired])
    expect([isComplete, asked.at(-1)]).toEqual([false, 'changes 1'])
    expect(events(account)).toEqual(['warn cursor-expired', 'error round-without-end'])
    expect(calendar).toMatchObject({ endless: true, dirty: true, cursor: undefined, progress: undefined })
    expect(calendar.pullAfter).toBeUndefined()
  })

  test('of the cursor is remembered from visit to visit, until a round is complete', async () => {
    const account = await reading(single('a'))
    const late = await pull(account, [expired, more('1', single('b'))], NOW)
    expect([late.isComplete, late.calendar.progress?.after]).toEqual([false, 'broken'])
    expect((await pull(account, [expired])).calendar).toMatchObject({ endless: true, events: 2 })
    const other = await reading(single('a'))
    await pull(other, [expired, last(single('a'))])
    expect((await pull(other, [expired, last(single('a'))])).calendar).toMatchObject({ endless: false })
  })

  test('of the links of a view is tried again at the pace of polling', async () => {
    const account = started({ ...NEW, endless: true })
    const { isComplete, asked, calendar } = await pull(account, [more('1'), expired, expired])
    expect([isComplete, asked.at(-1)]).toEqual([true, 'view from the beginning'])
    expect(calendar).toMatchObject({ endless: true, pullAfter: later(NOW, POLL_EVERY) })
  })

  test('of a link in the middle of a round is one of the cursor, and of a first page without a link it is not', async () => {
    const refused = new SyncError('MICROSOFT_REFUSED', 'no', { facts: { status: 403 } })
    const account = started()
    const { calendar } = await pull(account, [more('1'), refused, more('1'), refused])
    expect(calendar).toMatchObject({ endless: true, dirty: true })
    expect(account.told.map(([, event, facts]) => [event, facts?.['status']])).toEqual([
      ['cursor-expired', 403],
      ['round-without-end', 403],
    ])
    const [begun, other] = [started(), started()]
    for (const one of [begun, other]) await pull(one, [more('1')], NOW)
    expect(await pull(other, [refused, last(single('a'))])).toMatchObject({ isComplete: true, left: 0 })
    await expect(pull(begun, [more('2'), refused, refused])).rejects.toMatchObject({ code: 'MICROSOFT_REFUSED' })
    expect(events(begun)).toEqual(['warn cursor-expired'])
    const away = new SyncError('MICROSOFT_UNREACHABLE', 'away')
    await expect(pull(started(), [more('1'), away])).rejects.toMatchObject({ code: 'MICROSOFT_UNREACHABLE' })
  })

  test.each(['MICROSOFT_REFUSED', 'CALENDAR_GONE', 'ITEM_GONE'] as const)(
    'of a kept cursor starts a fresh round, also when it is %s; what that one is told counts',
    async (code) => {
      const refused = new SyncError(code, 'no', { facts: { status: 400 } })
      const account = await reading(single('a'))
      const { isComplete, asked } = await pull(account, [refused, last(single('a'), single('b'))])
      expect([isComplete, asked]).toEqual([true, ['changes cursor', 'changes from the beginning']])
      expect(account.told[0]).toMatchObject(['warn', 'cursor-expired', { status: 400 }])
      expect(changesOf(account)).toEqual(['write kb'])
      await expect(pull(await reading(single('a')), [refused, refused])).rejects.toMatchObject({ code })
    },
  )

  const setAside = { ...NEW, pullAfter: NOW }

  test.each([
    ['MICROSOFT_UNREACHABLE', 501],
    ['MICROSOFT_THROTTLED', 504],
    ['MICROSOFT_REFUSED', 400],
    ['CALENDAR_GONE', 404],
  ] as const)('%s of a calendar that was set aside gives its changes up for a view', async (code, status) => {
    const failed = new SyncError(code, 'no', { facts: { status } })
    await expect(pull(started(), [failed])).rejects.toBe(failed)
    const account = started(setAside)
    const { isComplete, calendar } = await pull(account, [failed])
    expect([isComplete, account.commits]).toEqual([false, []])
    expect(calendar).toMatchObject({ endless: true, dirty: true, windowMadeAt: NOW })
    expect(account.told).toMatchObject([['warn', 'round-without-end', { status }]])
    const viewed = await pull(account, [{ items: [single('a')] }])
    expect([viewed.isComplete, viewed.asked]).toEqual([true, ['view from the beginning']])
    expect(viewed.calendar).toMatchObject({ dirty: false, pullAfter: undefined })
  })

  test.each([
    [
      'that names a time to wait',
      new SyncError('MICROSOFT_THROTTLED', 'no', { facts: { status: 429 }, retryAfterMs: 9 }),
    ],
    ['without an answer', new SyncError('MICROSOFT_UNREACHABLE', 'no')],
    ['of the token', new SyncError('MICROSOFT_TOKEN_EXPIRED', 'no', { facts: { status: 401 } })],
  ])('%s is thrown, also of a calendar that was set aside', async (_, failed) => {
    const account = started(setAside)
    await expect(pull(account, [failed])).rejects.toBe(failed)
    expect(account.diary).toEqual([])
  })

  test('of a view is thrown, also of a calendar that was set aside', async () => {
    const failed = new SyncError('MICROSOFT_THROTTLED', 'no', { facts: { status: 504 } })
    await expect(pull(started({ ...setAside, endless: true }), [failed])).rejects.toBe(failed)
  })

  test('of a view is an alarm when it begins, and not as long as it lasts', async () => {
    const account = started({ ...NEW, endless: true, pullAfter: NOW })
    await pull(account, [more('1'), expired, expired])
    expect(events(account).at(-1)).toBe('warn round-without-end')
  })

  test('of anything else is thrown, and nothing of its page is kept', async () => {
    const account = started()
    const answers = [new SyncError('MICROSOFT_UNEXPECTED_SHAPE', 'no sense')]
    await expect(pull(account, answers)).rejects.toMatchObject({ code: 'MICROSOFT_UNEXPECTED_SHAPE' })
    expect(account.commits).toEqual([])
  })
})

describe('a round without an end', () => {
  const repeating = Array.from({ length: 80 }, (_, at) => more(`${at}`, single('a')))

  test('of pages that repeat themselves is given up, and read as a view from then on', async () => {
    const account = started()
    const { isComplete, calendar, left } = await pull(account, repeating)
    expect([isComplete, left]).toEqual([false, 80 - 13 * 5])
    expect(calendar).toMatchObject({ endless: true, dirty: true, cursor: undefined, progress: undefined })
    expect(calendar.pullAfter).toBeUndefined()
    expect(account.told).toEqual([['error', 'round-without-end', { account: account.session.account, calendar: KEY }]])
  })

  test('that is a view too is tried again at the pace of polling', async () => {
    const account = started({ ...NEW, endless: true })
    const { isComplete, asked, calendar } = await pull(account, repeating)
    expect([isComplete, asked[0]]).toEqual([true, 'view from the beginning'])
    expect(calendar).toMatchObject({ endless: true, dirty: true, pullAfter: later(NOW, POLL_EVERY) })
  })

  test('of new pages is given up after five thousand', async () => {
    const pages = (count: number) => Array.from({ length: count }, (_, at) => more(`${at}`))
    expect(await pull(started(), [...pages(4_999), last()])).toMatchObject({ isComplete: true })
    expect((await pull(started(), [...pages(5_000), last()])).calendar).toMatchObject({ endless: true })
  })
})

describe('a fresh round', () => {
  const many = Array.from({ length: 60 }, (_, at) => single(`e${at}`))
  const again = async (account: Account, ...items: ChangedItem[]) => {
    const calendar = account.calendars.get(KEY) as CalendarState
    account.calendars.set(KEY, { ...calendar, cursor: undefined, pullAfter: undefined })
    return pull(account, [last(...items)])
  }

  test('takes away what it did not mention', async () => {
    const account = await reading(...many)
    const { calendar } = await again(account, ...many.slice(1))
    expect(changesOf(account)).toEqual(['delete ke0'])
    expect(calendar).toMatchObject({ events: 59, confirming: false, dirty: false })
  })

  test('G8: takes nothing away when it would be very much, until a second one confirms it five minutes later', async () => {
    const account = await reading(...many)
    const { isComplete, calendar } = await again(account, single('new'))
    expect(isComplete).toBe(true)
    expect(calendar).toMatchObject({
      ...{ events: 61, confirming: true, dirty: true, pullAfter: later(NOW, minutes(5)), round: 3 },
      progress: { fresh: true, link: '' },
    })
    expect(calendar.cursor).toBeUndefined()
    expect(account.told).toEqual([
      ['error', 'mass-deletion-held', { account: account.session.account, calendar: KEY, gone: 60 }],
    ])
    const confirmed = await again(account, single('new'))
    expect(confirmed.calendar).toMatchObject({ events: 1, confirming: false, dirty: false, pullAfter: undefined })
  })

  test('that is the first of its calendar has nothing to take away', async () => {
    const account = started()
    account.items.set('kx', { kind: 'event', calendar: KEY, months: ['2026-11'], ends: NOW, digest: '', seen: 0 })
    const { calendar } = await pull(account, [last(single('a'))])
    expect(changesOf(account)).toEqual(['write ka'])
    expect(calendar).toMatchObject({ confirming: false, cursor: 'cursor' })
  })
})

describe('a calendar that a commit was torn in', () => {
  test('is mended when its round is complete, and read once more', async () => {
    const account = started({ ...NEW, torn: true })
    const { calendar } = await pull(account, [last(single('a'))])
    expect(account.diary).toEqual([['mend', KEY, NOW]])
    expect(events(account)).toEqual(['info calendar-pulled', 'warn calendar-mended'])
    expect(account.told[1]?.[2]).toEqual({ account: account.session.account, calendar: KEY })
    expect(calendar).toMatchObject({ dirty: true, torn: undefined })
  })

  test('is read once more when very much would be gone with it, and mended when that is confirmed', async () => {
    const account = createPullAccount({ calendars: [{ ...NEW, torn: true }], doubted: 60 })
    const { calendar } = await pull(account, [last(single('a'))])
    expect(calendar).toMatchObject({ confirming: true, dirty: true, torn: true, cursor: undefined })
    expect(calendar.pullAfter).toBe(later(NOW, minutes(5)))
    expect(events(account)).toEqual(['info calendar-pulled', 'error mass-deletion-held'])
    const confirmed = await pull(account, [last(single('a'))])
    expect(confirmed.calendar).toMatchObject({ confirming: false, torn: undefined })
  })

  test('is not mended while its round is to be confirmed', async () => {
    const account = await reading(single('a'))
    const calendar = account.calendars.get(KEY) as CalendarState
    account.calendars.set(KEY, { ...calendar, cursor: undefined, torn: true })
    expect((await pull(account, [last()])).calendar).toMatchObject({ confirming: true, torn: true })
    expect(account.diary).toEqual([])
  })

  test('is not mended before', async () => {
    const account = started({ ...NEW, torn: true })
    await pull(account, [more('1', single('a'))], NOW)
    expect(account.diary).toEqual([])
  })
})
