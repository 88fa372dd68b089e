import type { SyncError } from '../../shared/core/errors.ts'
import { type EpochMs, later, minutes } from '../../shared/core/time.ts'
import type { ChangedItem, ChangePage } from '../../shared/pull/ports.ts'
import { pullCalendar } from '../../shared/pull/pull-calendar.ts'
import type { CalendarState } from '../../shared/pull/state.ts'
import { CALENDAR } from './calendar-state.ts'
import { createPages, createPullAccount, NOW } from './pull-account.ts'

export const DEADLINE = later(NOW, minutes(1))
export const KEY = CALENDAR.key
export const NEW: CalendarState = { ...CALENDAR, round: 0, dirty: true }

export const more = (link: string, ...items: ChangedItem[]): ChangePage => ({ items, nextLink: link })
export const last = (...items: ChangedItem[]): ChangePage => ({ items, cursor: 'cursor' })

export type Account = ReturnType<typeof createPullAccount>
export const started = (calendar = NEW) => createPullAccount({ calendars: [calendar] })

export async function pull(
  account: Account,
  answers: readonly (ChangePage | SyncError)[],
  deadline: EpochMs = DEADLINE,
) {
  const { mailbox, asked, left } = createPages(...answers)
  const calendar = account.calendars.get(KEY) as CalendarState
  const pulled = await pullCalendar(account.dependencies, account.session, mailbox, calendar, deadline)
  return { ...pulled, asked, left: left.length, calendar: account.calendars.get(KEY) as CalendarState }
}

/** An account whose calendar was read once and holds these. */
export async function reading(...items: ChangedItem[]) {
  const account = started()
  await pull(account, [last(...items)])
  for (const list of [account.commits, account.told]) list.splice(0)
  return account
}

export const changesOf = (account: Account) =>
  account.commits.flatMap(({ outcome }) => outcome.changes.map(({ kind, key }) => `${kind} ${key}`))
export const events = (account: Account) => account.told.map(([level, event]) => `${level} ${event}`)
