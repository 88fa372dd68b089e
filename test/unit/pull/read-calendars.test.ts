import { describe, expect, test } from 'vitest'
import { type FailureCode, SyncError } from '../../../shared/core/errors.ts'
import { type DurationMs, days, epochMs, later, seconds } from '../../../shared/core/time.ts'
import { windowAround } from '../../../shared/events/window.ts'
import type { Mailbox, MailboxSettings, ProviderCalendar } from '../../../shared/pull/ports.ts'
import { readCalendars } from '../../../shared/pull/read-calendars.ts'
import type { AccountHead, CalendarState } from '../../../shared/pull/state.ts'
import { CALENDAR } from '../../support/calendar-state.ts'
import { createPages, createPullAccount, NOW } from '../../support/pull-account.ts'

const LISTED: ProviderCalendar = {
  ...{ providerId: 'A', name: 'Calendar', primary: true, writable: true, color: '#112233', onlineMeetings: false },
}
const SETTINGS: MailboxSettings = { zone: 'Europe/Copenhagen', workingHours: undefined }
const KNOWN: CalendarState = {
  ...{ ...CALENDAR, key: 'calendar A', providerId: 'A', cursor: 'cursor', events: 7, dirty: false },
  ...{ subscription: { providerId: 's', expiresAt: later(NOW, days(1)) }, unheardSince: NOW, deafSince: NOW },
}

async function read(
  listed: readonly ProviderCalendar[],
  known: readonly CalendarState[] = [],
  settings: MailboxSettings | FailureCode = SETTINGS,
  head: Partial<AccountHead> = {},
) {
  const account = createPullAccount({ calendars: known, head })
  const mailbox: Mailbox = {
    ...createPages().mailbox,
    calendars: async () => listed,
    async settings() {
      if (typeof settings === 'string') throw new SyncError(settings, 'no')
      return settings
    },
  }
  await readCalendars(account.dependencies, account.session, mailbox)
  const [[, saved] = []] = account.diary as [string, { head: AccountHead; calendars: CalendarState[] }][]
  if (saved === undefined) throw new Error('nothing was saved')
  return saved
}

describe('a calendar of the list', () => {
  test('that is new is to be read from the beginning', async () => {
    expect((await read([LISTED])).calendars).toEqual([
      {
        ...{ ...LISTED, key: 'calendar A', deleted: false, dirty: true, round: 0, endless: false, confirming: false },
        ...{ events: 0, refusals: 0 },
      },
    ])
  })

  test('that may be one of those whose rows were lost has its window at once, and is torn', async () => {
    const { calendars, head } = await read([LISTED], [], SETTINGS, { roundsFrom: 7 })
    const window = windowAround(NOW, createPullAccount().dependencies.windowDays)
    expect(calendars).toMatchObject([{ key: 'calendar A', round: 7, torn: true, dirty: true, events: 0, window }])
    expect(head.roundsFrom).toBeUndefined()
  })

  test('that is known keeps how far it was read, and says what the list says', async () => {
    const [calendar] = (await read([{ ...LISTED, name: 'Renamed', writable: false }], [KNOWN])).calendars
    expect(calendar).toEqual({ ...KNOWN, ...LISTED, name: 'Renamed', writable: false })
  })

  test('that has come back is read from the beginning', async () => {
    const gone = { ...KNOWN, deleted: true, progress: undefined }
    const [calendar] = (await read([LISTED], [gone])).calendars
    expect(calendar).toMatchObject({ deleted: false, dirty: true, cursor: undefined, events: 7 })
  })
})

test('a calendar that is not in the list is deleted, with its round, its subscription and what was heard of it', async () => {
  const progress = { link: 'link', fresh: true, view: false, repeats: 0, touched: [], pages: 1, mixed: false }
  const other = { ...KNOWN, key: 'calendar B', providerId: 'B', dirty: true, confirming: true, progress }
  const { calendars } = await read([LISTED], [other, KNOWN])
  expect(calendars.map(({ key, deleted }) => [key, deleted])).toEqual([
    ['calendar A', false],
    ['calendar B', true],
  ])
  const { subscription: _, unheardSince: __, deafSince: ___, progress: ____, cursor: _____, ...rest } = other
  expect(calendars[1]).toEqual({ ...rest, deleted: true, dirty: false, confirming: false })
})

test('a list of none is not believed', async () => {
  await expect(read([], [KNOWN])).rejects.toMatchObject({ code: 'MICROSOFT_UNEXPECTED_SHAPE' })
})

describe('the mailbox’s settings', () => {
  const head = { zone: 'Asia/Tokyo', workingHours: undefined, username: 'anna', calendarsReadAt: epochMs(1) }

  test('are kept with the time of reading', async () => {
    expect((await read([LISTED], [], SETTINGS, head)).head).toMatchObject({
      ...{ zone: 'Europe/Copenhagen', username: 'anna', calendarsReadAt: NOW },
    })
  })

  test.each([
    'MICROSOFT_REFUSED',
    'MICROSOFT_UNREACHABLE',
    'MICROSOFT_UNEXPECTED_SHAPE',
    'MAILBOX_GONE',
    'ITEM_GONE',
  ] as const)('stay as they were when they cannot be read (%s)', async (code) => {
    expect((await read([LISTED], [], code, head)).head).toMatchObject({ zone: 'Asia/Tokyo', calendarsReadAt: NOW })
  })

  test('are no reason to go on when nothing can be read', async () => {
    await expect(read([LISTED], [], 'MICROSOFT_TOKEN_EXPIRED')).rejects.toMatchObject({
      code: 'MICROSOFT_TOKEN_EXPIRED',
    })
  })
})

test('G4: settings that ask for patience are given it, once the list is stored', async () => {
  const account = createPullAccount({ calendars: [KNOWN], head: { zone: 'Asia/Tokyo' } })
  const throttled = new SyncError('MICROSOFT_THROTTLED', 'later', { retryAfterMs: seconds(30) })
  const mailbox = {
    ...createPages().mailbox,
    calendars: async () => [LISTED],
    settings: () => Promise.reject(throttled),
  }
  await expect(readCalendars(account.dependencies, account.session, mailbox)).rejects.toBe(throttled)
  expect(account.diary).toMatchObject([['save', { head: { zone: 'Asia/Tokyo', calendarsReadAt: NOW } }]])
})

test.each([
  [1_000, 30_000],
  [30_000, 1_000],
])('G4: of two refusals that ask for %i and %i ms of patience the longer one counts', async (list, settings) => {
  const account = createPullAccount({ calendars: [KNOWN] })
  const refuse = async (retryAfterMs: number): Promise<never> => {
    throw new SyncError('MICROSOFT_THROTTLED', 'later', { retryAfterMs: retryAfterMs as DurationMs })
  }
  const mailbox = { ...createPages().mailbox, calendars: () => refuse(list), settings: () => refuse(settings) }
  const reading = readCalendars(account.dependencies, account.session, mailbox)
  await expect(reading).rejects.toMatchObject({ retryAfterMs: 30_000 })
})
