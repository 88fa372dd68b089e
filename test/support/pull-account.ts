import { SyncError } from '../../shared/core/errors.ts'
import type { LogFacts, LogLevel } from '../../shared/core/log.ts'
import { SILENT } from '../../shared/core/telemetry.ts'
import { type EpochMs, epochMs } from '../../shared/core/time.ts'
import { digestOf } from '../../shared/crypto/digest.ts'
import type { KnownItem, KnownSeries, Outcome } from '../../shared/pull/knowledge.ts'
import type { ChangedItem, ChangePage, Mailbox } from '../../shared/pull/ports.ts'
import type { AccountSession } from '../../shared/pull/session.ts'
import type { AccountHead, CalendarState } from '../../shared/pull/state.ts'
import { content } from './cache-model.ts'
import { CALENDAR } from './calendar-state.ts'

export const NOW = epochMs(Date.UTC(2026, 10, 20, 12))

interface Kept {
  readonly calendars?: readonly CalendarState[]
  readonly head?: Partial<AccountHead>
  /** How many of the events that mending would take away are so many that it must be confirmed. */
  readonly doubted?: number
}

/** An account as the pull sees it, in memory; `diary` tells in order what was asked of it, `told` what was logged. */
export function createPullAccount({ calendars: [...listed] = [CALENDAR], head = {}, doubted = 0 }: Kept = {}) {
  const items = new Map<string, KnownItem>()
  const series = new Map<string, KnownSeries>()
  const calendars = new Map(listed.map((calendar) => [calendar.key, calendar]))
  const commits: { calendar: CalendarState; outcome: Outcome }[] = []
  const diary: unknown[] = []
  const told: [LogLevel, string, LogFacts | undefined][] = []
  const measured: unknown[] = []
  const account = { ...{ items, series, calendars, commits, diary, told, measured, now: NOW } }

  const isUnseen = (key: string, item: KnownItem, round: number) => {
    if (item.kind === 'event') return item.seen !== round
    const known = series.get(key)
    return known?.seen !== round || Object.values(known.occurrences).some(({ seen }) => seen !== round)
  }
  const session: AccountSession = {
    account: `acc_${'A'.repeat(22)}`,
    head: { state: 'active', connectedAt: NOW, failures: 0, ...head } as AccountHead,
    tokenCache: '',
    get calendars() {
      return [...calendars.values()]
    },
    names: { calendar: (id) => `calendar ${id}`, item: (id) => `k${id}` },
    knowledge: async () => ({ item: (key) => items.get(key), series: (key) => series.get(key) }),
    async unseen(calendar, round) {
      const here = [...items].filter(([, item]) => item.calendar === calendar && item.kind !== 'occurrence')
      const keys = here.filter(([key, item]) => isUnseen(key, item, round)).map(([key]) => key)
      return { keys, events: calendars.get(calendar)?.events ?? 0 }
    },
    retell: async (calendar) => void diary.push(['retell', calendar]),
    async commitPull(calendar, outcome, now) {
      if (now !== account.now) throw new Error('committed at another time')
      for (const [key, item] of outcome.items) item ? items.set(key, item) : items.delete(key)
      for (const [key, one] of outcome.series) one ? series.set(key, one) : series.delete(key)
      calendars.set(calendar.key, calendar)
      commits.push({ calendar, outcome })
    },
    async mend(calendar, now, isTooMuch) {
      diary.push(['mend', calendar.key, now])
      if (isTooMuch?.(doubted, doubted)) return doubted
      calendars.set(calendar.key, { ...calendar, torn: undefined })
      return 0
    },
    forgetMonths: async (months, keptFrom) => void diary.push(['forget months', months, keptFrom]),
    forgetOld: async (now, before) => void diary.push(['forget old', now, before]),
    notePlan: () => undefined,
    hasNotes: false,
    async save(changes) {
      diary.push(['save', changes])
      for (const calendar of changes.calendars ?? []) calendars.set(calendar.key, calendar)
    },
  }
  const dependencies = {
    clock: { now: (): EpochMs => account.now, sleep: () => Promise.reject(new Error('nothing waits')) },
    log: (level: LogLevel, event: string, facts?: LogFacts) => void told.push([level, event, facts]),
    telemetry: {
      ...SILENT,
      record: (...one: unknown[]) => void measured.push(one),
      count: (...one: unknown[]) => void measured.push(one),
    },
    windowDays: { past: 42, future: 201 },
    digestOf,
  }
  return Object.assign(account, { session, dependencies })
}

/** A mailbox that gives these pages in turn, however it is asked; `asked` tells how. What is not a page is thrown. */
export function createPages(...answers: readonly (ChangePage | SyncError)[]) {
  const left = [...answers]
  const asked: string[] = []
  const next = (how: string) => async (_calendar: string, _window: unknown, link: string | undefined) => {
    asked.push(`${how} ${link ?? 'from the beginning'}`)
    const answer = left.shift() ?? new SyncError('INTERNAL', 'no more pages')
    if (answer instanceof SyncError) throw answer
    return answer
  }
  const unasked = () => Promise.reject(new Error('nobody asks for that'))
  const mailbox: Mailbox = {
    ...{ changes: next('changes'), view: next('view'), settings: unasked, calendars: unasked, subscribe: unasked },
    ...{ createCalendar: unasked, subscriptions: unasked, renew: unasked, unsubscribe: unasked },
  }
  return { mailbox, asked, left }
}

const HOUR = 3_600_000

/** An event of its own, an hour long, on a day from the day of `NOW` on. */
export const single = (
  providerId: string,
  { summary = 'One', day = 0, etag = 'e', changedAt = undefined as EpochMs | undefined } = {},
): ChangedItem => ({
  kind: 'event',
  event: {
    ...content(summary, instant(day), instant(day, 1)),
    providerId,
    etag,
    kind: 'single',
    ...(changedAt && { changedAt }),
  },
})

export const master = (providerId: string, { etag = 'e', summary = 'Series' } = {}): ChangedItem => ({
  kind: 'series',
  master: { providerId, etag, content: content(summary, instant(0), instant(0, 1)) },
})

/** An occurrence that says its times only. */
export const sparse = (providerId: string, seriesProviderId: string, { day = 0, etag = 'e' } = {}): ChangedItem => ({
  ...{ kind: 'sparse', providerId, seriesProviderId, etag, start: instant(day), end: instant(day, 1) },
})

export const removed = (providerId: string): ChangedItem => ({ kind: 'removed', providerId })

function instant(day: number, hours = 0) {
  return { kind: 'instant' as const, at: epochMs(NOW + day * 24 * HOUR + hours * HOUR), zone: 'Europe/Copenhagen' }
}
