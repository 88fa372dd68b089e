import { describe, expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import { epochMs, later, minutes } from '../../../shared/core/time.ts'
import type { KnownItem } from '../../../shared/pull/knowledge.ts'
import { pullCalendar } from '../../../shared/pull/pull-calendar.ts'
import type { CalendarState } from '../../../shared/pull/state.ts'
import { CALENDAR } from '../../support/calendar-state.ts'
import { createPages, master, NOW, removed, single, sparse } from '../../support/pull-account.ts'
import { changesOf, DEADLINE, events, KEY, last, more, NEW, pull, reading, started } from '../../support/pulling.ts'

describe('a round of changes', () => {
  test('that is the first reads the window from the beginning, and says where the next one starts', async () => {
    const account = started()
    const { isComplete, changes, asked, calendar } = await pull(account, [
      last(single('a'), single('b', { changedAt: NOW })),
    ])
    expect({ isComplete, changes, asked }).toEqual({
      isComplete: true,
      changes: 2,
      asked: ['changes from the beginning'],
    })
    expect(calendar).toEqual({
      ...{ ...CALENDAR, round: 1, events: 2, cursor: 'cursor', pulledAt: NOW, windowMadeAt: NOW },
      window: { from: epochMs(Date.UTC(2026, 9, 9)), to: epochMs(Date.UTC(2027, 5, 9)) },
    })
    expect(changesOf(account)).toEqual(['write ka', 'write kb'])
    const facts = { account: account.session.account, calendar: KEY, changes: 2, first: true, events: 2, durationMs: 0 }
    expect(account.told).toEqual([['info', 'calendar-pulled', facts]])
    expect(account.measured).toEqual([])
  })

  test('is committed five pages at a time, each with the link that follows it', async () => {
    const account = started()
    const links = ['1', '2', '3', '4', '5', '6'].map((link) => more(link, single(link)))
    const { isComplete, asked, calendar } = await pull(account, [...links, last(single('7'))])
    expect([isComplete, asked.at(-1), calendar.events]).toEqual([true, 'changes 6', 7])
    expect(
      account.commits.map(({ calendar: { progress, dirty, pulledAt } }) => [
        progress?.link,
        progress?.pages,
        dirty,
        pulledAt,
      ]),
    ).toEqual([
      ['5', 5, true, undefined],
      [undefined, undefined, false, NOW],
    ])
    expect(events(account)).toEqual(['info calendar-pulled'])
  })

  test('goes on where it was left', async () => {
    const account = started()
    const first = await pull(account, [more('1', single('a'))], NOW)
    expect([first.isComplete, first.changes, first.calendar.progress?.link]).toEqual([false, 1, '1'])
    const second = await pull(account, [last(single('b'))])
    expect([second.isComplete, second.asked, second.calendar.events]).toEqual([true, ['changes 1'], 2])
    expect(account.told[0]?.[2]).toMatchObject({ changes: 1, events: 2 })
  })

  test('ends at the deadline without asking for more', async () => {
    const account = started()
    const { isComplete, left } = await pull(account, [more('1', single('a')), last()], NOW)
    expect([isComplete, left]).toEqual([false, 1])
  })

  test('whose time ends while pages are stored hears what was asked for ahead, and nothing more', async () => {
    const batch = (...links: string[]) => links.map((link) => more(link, single(link)))
    const pages = batch('1', '2', '3', '4', '5')
    const ending = () => {
      const account = started()
      const { commitPull } = account.session
      account.session.commitPull = async (...committed) => {
        await commitPull(...committed)
        account.now = DEADLINE
      }
      return account
    }
    const throttled = new SyncError('MICROSOFT_THROTTLED', 'later', { retryAfterMs: 5_000 })
    await expect(pull(ending(), [...pages, throttled])).rejects.toBe(throttled)
    const { isComplete, left, calendar } = await pull(ending(), [...pages, ...batch('6', '7', '8', '9', '10'), last()])
    // What was read of the second batch by then is kept.
    expect([isComplete, calendar.progress?.link]).toEqual([false, String(11 - left)])
    expect(left).toBeGreaterThan(0)
  })

  test('that ends with the deadline is complete', async () => {
    expect(await pull(started(), [last(single('a'))], NOW)).toMatchObject({ isComplete: true })
  })

  test('starts at its cursor, and measures how late each change is, once for each time', async () => {
    const account = await reading(single('a'))
    const changedAt = epochMs(NOW - minutes(2))
    const changed = [single('a', { summary: 'New', changedAt }), single('b', { changedAt }), single('c')]
    const { asked, changes } = await pull(account, [last(...changed)])
    expect([asked, changes]).toEqual([['changes cursor'], 3])
    expect(account.measured).toEqual([['sync.delay', { mode: 'polled' }, minutes(2)]])
    expect(account.told[0]?.[2]).toMatchObject({ first: false })
  })

  test('of a calendar whose changes are told is measured as such', async () => {
    const account = await reading(single('z'))
    const calendar = account.calendars.get(KEY) as CalendarState
    account.calendars.set(KEY, { ...calendar, subscription: { providerId: 's', expiresAt: DEADLINE } })
    await pull(account, [last(single('a', { changedAt: NOW }), removed('z'))])
    expect(account.measured).toEqual([['sync.delay', { mode: 'notified' }, 0]])
  })

  test('measures nothing where an event is only kept under other months', async () => {
    const event = single('a', { changedAt: NOW })
    const account = await reading(event)
    account.items.set('ka', { ...account.items.get('ka'), months: ['2026-10', '2026-11'] } as KnownItem)
    expect(await pull(account, [last(event)])).toMatchObject({ changes: 1 })
    expect(account.measured).toEqual([])
  })

  test('takes a while, which is told', async () => {
    const account = started()
    const { mailbox } = createPages(last())
    const slow = {
      ...mailbox,
      changes: async (...asked: Parameters<typeof mailbox.changes>) => {
        account.now = later(NOW, minutes(3))
        return mailbox.changes(...asked)
      },
    }
    await pullCalendar(account.dependencies, account.session, slow, NEW, DEADLINE)
    expect(account.told[0]?.[2]).toMatchObject({ durationMs: minutes(3) })
  })

  test('counts what is new and what is gone, and not what has changed', async () => {
    const account = await reading(single('a'), single('b'))
    const { calendar } = await pull(account, [
      last(removed('a'), single('b', { summary: 'New' }), single('c'), single('d')),
    ])
    expect(calendar.events).toBe(3)
  })

  test('takes away the occurrences that a changed series does not mention any more', async () => {
    const account = await reading(master('S'), sparse('m', 'S'), sparse('n', 'S', { day: 1 }))
    const { calendar } = await pull(account, [last(master('S', { etag: 'f' }), sparse('m', 'S', { etag: 'f' }))])
    expect(changesOf(account)).toEqual(['delete kn'])
    expect(calendar.events).toBe(1)
  })
})

describe('a series that changes while its round is read', () => {
  const mixing = [last(master('S'), sparse('m', 'S'), master('S', { etag: 'f' }), sparse('m', 'S', { etag: 'f' }))]

  test('is read again from the beginning, in the same visit', async () => {
    const account = await reading(single('a'))
    const { isComplete, asked, calendar } = await pull(account, [...mixing, last(single('a'))])
    expect([isComplete, asked]).toEqual([true, ['changes cursor', 'changes from the beginning']])
    expect(
      account.commits.map((one) => [one.calendar.dirty, one.calendar.progress?.fresh, one.calendar.cursor]),
    ).toEqual([
      [true, true, undefined],
      [false, undefined, 'cursor'],
    ])
    expect([calendar.round, calendar.events]).toEqual([3, 1])
    expect(events(account)).toEqual(['info round-mixed', 'info calendar-pulled'])
    expect(account.told[0]?.[2]).toEqual({ account: account.session.account, calendar: KEY })
  })

  test('is known by two occurrences in two versions in a round of changes, and in a fresh one by nothing of the kind', async () => {
    const differing = [last(sparse('m', 'S'), sparse('n', 'S', { day: 1, etag: 'f' }))]
    const account = await reading(single('a'))
    expect((await pull(account, [...differing, last()])).asked).toHaveLength(2)
    expect((await pull(started(), differing)).asked).toHaveLength(1)
  })

  test('is read again by the next visit, when this one is late', async () => {
    const account = await reading(single('a'))
    expect(await pull(account, [...mixing, last()], NOW)).toMatchObject({ isComplete: false, left: 1 })
  })
})
