import { SyncError } from '../../shared/core/errors.ts'
import type { LogFacts, LogLevel } from '../../shared/core/log.ts'
import { SILENT } from '../../shared/core/telemetry.ts'
import { type EpochMs, epochMs } from '../../shared/core/time.ts'
import { digestOf } from '../../shared/crypto/digest.ts'
import type { KnownItem, KnownSeries } from '../../shared/pull/knowledge.ts'
import type { AccountHead, CalendarState } from '../../shared/pull/state.ts'
import type { Action } from '../../shared/push/action.ts'
import type { Agreement } from '../../shared/push/agreement.ts'
import type { Push } from '../../shared/push/push-actions.ts'
import type { Cached, PushSession, Settlement } from '../../shared/push/session.ts'
import type { Answer, Call } from '../../shared/push/writer.ts'
import { CALENDAR } from './calendar-state.ts'

export const NOW = epochMs(Date.UTC(2026, 10, 23, 12))

/** A window around the events of `test/support/push.ts`, in a calendar that was read and can be written to. */
export const PUSHED: CalendarState = {
  ...{ ...CALENDAR, key: 'calendar', providerId: 'calendar-1' },
  window: { from: epochMs(Date.UTC(2026, 10, 1)), to: epochMs(Date.UTC(2026, 11, 1)) },
  cursor: 'read',
  mayHoldUnclaimed: false,
}

const padded = (text: string): string =>
  text
    .replace(/[^\w-]/g, '-')
    .padEnd(22, '-')
    .slice(0, 22)

interface Kept {
  readonly calendars?: readonly CalendarState[]
  readonly actions?: readonly Action[]
  readonly agreements?: readonly Agreement[]
  readonly cached?: readonly Cached[]
  readonly items?: Readonly<Record<string, KnownItem>>
  readonly series?: Readonly<Record<string, KnownSeries>>
}

/**
 * An account as the push sees it, in memory: what is settled is what is read next. `diary` tells in order what was asked
 * of the session and of the provider, which answers each call with `answer`, or fails with what it throws.
 */
export function createPushAccount({ items = {}, series = {}, ...kept }: Kept = {}) {
  const calendars = (kept.calendars ?? [PUSHED]).map((calendar) => ({ ...calendar }))
  const actions = new Map(kept.actions?.map((action) => [action.number, action]))
  const agreements = new Map(kept.agreements?.map((agreement) => [agreement.key, agreement]))
  const cached = new Map(kept.cached?.map((one) => [`item ${one.providerId}`, one]))
  const [settlements, requests]: [Settlement[], (readonly Call[])[]] = [[], []]
  const diary: string[] = []
  const told: [LogLevel, string, LogFacts | undefined][] = []
  const measured: unknown[] = []
  const account = {
    ...{ settlements, requests, diary, told, measured, actions, agreements, now: NOW, isAlone: true },
    /** How often the session was asked. */
    asked: { pendingActions: 0 },
    answer: (_call: Call): Answer => ({ kind: 'gone' }),
    holdsMarked: (): boolean => false,
    /** Whether every row of a settlement can hold what it is to hold. */
    fits: (_settlement: Settlement): boolean => true,
  }
  const pending = () => [...actions.values()].filter(({ state }) => state === 'pending')
  const mustBeAlone = () => {
    if (!account.isAlone) throw new SyncError('ROW_CHANGED', 'another handler')
  }
  const session: PushSession = {
    account: 'acc_1',
    head: { state: 'active' } as AccountHead,
    calendars,
    names: {
      item: (providerId) => `item ${providerId}`,
      agreement: (integrator, calendar, event) =>
        `${padded(integrator)}.${padded(`${calendar} ${'eventId' in event ? event.eventId : `key ${event.key}`}`)}`,
    },
    get hasPending() {
      return pending().length > 0
    },
    get mostPending() {
      return actions.size
    },
    async pendingActions() {
      account.asked.pendingActions += 1
      return pending()
    },
    recount: async () => undefined,
    agreements: async (keys) => new Map([...agreements].filter(([key]) => keys.includes(key))),
    agreementsOf: async (integrator) =>
      [...agreements.values()].filter((one) => one.integrator === integrator && one.eventId !== undefined),
    cached: async (key) => cached.get(key),
    knowledge: async () => ({ item: (key) => items[key], series: (key) => series[key] }),
    async settle(settlement, at) {
      mustBeAlone()
      if (at !== account.now) throw new Error('settled at another time')
      if (!account.fits(settlement)) throw new SyncError('VALIDATION_FAILED', 'a row is too small')
      diary.push('settle')
      settlements.push(settlement)
      for (const action of settlement.actions) actions.set(action.number, action)
      for (const agreement of settlement.agreements) agreements.set(agreement.key, agreement)
    },
    async noteCalendars(noted) {
      mustBeAlone()
      diary.push('note')
      for (const one of noted) Object.assign(calendars.find(({ key }) => key === one.key) ?? {}, one)
    },
    async assertFence() {
      mustBeAlone()
      diary.push('fence')
    },
  }
  const push: Push = {
    session,
    writer: {
      holdsMarked: async () => {
        diary.push('survey')
        return account.holdsMarked()
      },
      async run(calls) {
        diary.push(calls.map(({ kind }) => kind).join(' '))
        requests.push(calls)
        return calls.map((call) => account.answer(call))
      },
    },
    dependencies: {
      clock: { now: (): EpochMs => account.now, sleep: () => Promise.reject(new Error('nothing waits')) },
      log: (...line) => void told.push([line[0], line[1], line[2]]),
      telemetry: {
        ...SILENT,
        record: (...one: unknown[]) => void measured.push(one),
      },
      digestOf,
    },
  }
  return Object.assign(account, { push, session })
}
