import { describe, expect, test } from 'vitest'
import { type DurationMs, earlier, minutes, seconds } from '../../../shared/core/time.ts'
import { emptyCalendar, isLeft } from '../../../shared/pull/empty-calendar.ts'
import { readCalendars } from '../../../shared/pull/read-calendars.ts'
import type { CalendarState } from '../../../shared/pull/state.ts'
import { createPages, master, NOW, single, sparse } from '../../support/pull-account.ts'
import { type Account, changesOf, events, KEY, reading } from '../../support/pulling.ts'

const now = (account: Account) => account.calendars.get(KEY) as CalendarState

/** An account whose calendar was read, and is gone. */
async function gone(change: Partial<CalendarState> = {}): Promise<Account> {
  const account = await reading(single('a'), single('old', { day: -50 }), master('S'), sparse('m', 'S'))
  account.calendars.set(KEY, { ...now(account), deleted: true, ...change })
  return account
}

const empty = (account: Account) => emptyCalendar(account.dependencies, account.session, now(account))

describe('a calendar that is gone', () => {
  test('is emptied as by a round that mentions nothing, and has no window then', async () => {
    const account = await gone()
    const { round, windowMadeAt } = now(account)
    expect(windowMadeAt).toBe(NOW)
    await empty(account)
    expect(changesOf(account).sort()).toEqual(['delete ka', 'delete km', 'forget kold'])
    expect([account.items.size, account.series.size]).toEqual([0, 0])
    expect(now(account)).toMatchObject({ deleted: true, events: 0, round: round + 1 })
    expect([now(account).window, now(account).windowMadeAt]).toEqual([undefined, undefined])
    expect(account.told).toMatchObject([['warn', 'calendar-emptied', { calendar: KEY, changes: 3 }]])
    expect(account.diary).toEqual([])
  })

  test('is mended as well when a commit of it was not ended', async () => {
    const account = await gone({ torn: true })
    await empty(account)
    expect(account.diary).toEqual([['mend', KEY, NOW]])
    expect(changesOf(account)).toHaveLength(3)
  })

  test('is mended where it was emptied already', async () => {
    const account = await gone({ torn: true, window: undefined })
    await empty(account)
    expect(account.diary).toEqual([['mend', KEY, NOW]])
    expect([changesOf(account), events(account)]).toEqual([[], []])
  })

  test('has something left as long as it has a window, or is torn', async () => {
    const calendar = now(await gone())
    expect(isLeft(calendar)).toBe(true)
    expect(isLeft({ ...calendar, window: undefined })).toBe(false)
    expect(isLeft({ ...calendar, window: undefined, torn: true })).toBe(true)
    expect(isLeft({ ...calendar, deleted: false, torn: true })).toBe(false)
  })
})

describe('a list of calendars', () => {
  const OTHER = { providerId: 'other', name: 'Other', primary: true, writable: true, onlineMeetings: false }

  async function list(account: Account, since: DurationMs | undefined, isThere = false) {
    const head = { ...account.session.head, calendarsReadAt: since && earlier(NOW, since) }
    const { providerId } = now(account)
    const names = { ...account.session.names, calendar: (id: string) => (id === providerId ? KEY : id) }
    const mailbox = {
      ...createPages().mailbox,
      calendars: async () => (isThere ? [OTHER, { ...OTHER, providerId }] : [OTHER]),
      settings: async () => ({ zone: undefined, workingHours: undefined }),
    }
    const session = {
      ...{ ...account.session, head, names },
      get calendars() {
        return account.session.calendars
      },
    }
    await readCalendars(account.dependencies, session, mailbox)
    return changesOf(account)
  }

  test('that lacks a calendar for the second time empties it, unless the first one was minutes ago', async () => {
    expect(await list(await gone(), minutes(5))).toHaveLength(3)
    expect(await list(await gone(), (minutes(5) - seconds(1)) as DurationMs)).toEqual([])
    expect(await list(await gone(), undefined)).toEqual([])
  })

  test('that lacks a calendar for the first time, or after it was emptied, deletes nothing', async () => {
    expect(await list(await gone({ deleted: false }), minutes(60))).toEqual([])
    const account = await gone({ window: undefined })
    expect(await list(account, minutes(60))).toEqual([])
    expect(events(account)).toEqual([])
  })

  test('that has it again lets all of it be told, where it was not emptied', async () => {
    const account = await gone()
    expect(await list(account, minutes(60), true)).toEqual([])
    expect(account.diary[0]).toEqual(['retell', KEY])
    expect(now(account).deleted).toBe(false)
    const emptied = await gone({ window: undefined })
    await list(emptied, minutes(60), true)
    expect(emptied.diary.map((entry) => (entry as unknown[])[0])).toEqual(['save'])
    const lacking = await gone()
    await list(lacking, minutes(1))
    expect(lacking.diary.map((entry) => (entry as unknown[])[0])).toEqual(['save'])
  })
})
