import { asSyncError, isFailure } from '../core/errors.ts'
import { failureFacts, type Log } from '../core/log.ts'
import { type Random, randomId } from '../core/random.ts'
import type { Telemetry } from '../core/telemetry.ts'
import {
  type Clock,
  type DurationMs,
  days,
  type EpochMs,
  earlier,
  elapsed,
  epochMs,
  hours,
  minutes,
} from '../core/time.ts'
import { ALERTS, evaluateAlerts, LOOKED_BACK } from './alerts.ts'
import type { Collector } from './collector.ts'
import { type Figures, isNothing, merged, noFigures } from './figures.ts'
import type { Census, OperationsStore } from './ports.ts'
import type { ServiceStatus } from './sample.ts'

/** How the service does: measured by every instance, gathered into samples, judged by the alerts. */
export interface Operations {
  /**
   * Stores what this instance has measured, if there is anything. For about once a minute, beside all other work: what it
   * cannot store is stored with what follows. Never throws. One request.
   */
  record(): Promise<void>
  /** Looks at what only the tables and queues tell, and makes a sample of what all instances have stored. For a timer. */
  gather(): Promise<void>
  /** Deletes samples that are older than 14 days. For a daily timer. */
  forget(): Promise<void>
  /** @throws SyncError `STORAGE_UNAVAILABLE`. */
  status(hours: number): Promise<ServiceStatus>
}

export interface OperationsDependencies {
  readonly collector: Collector
  readonly telemetry: Telemetry
  readonly store: OperationsStore
  /** Counts accounts and calendars, without opening anything of them. */
  readonly census: () => Promise<Census>
  /** How many messages were given up, by queue. */
  readonly deadLetters: () => Promise<Readonly<Record<string, number>>>
  /** When the newest backup was begun, undefined when there is none; absent where none are made. */
  readonly newestBackup?: (() => Promise<EpochMs | undefined>) | undefined
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** How long a sample is; `gather` runs so often. */
const SAMPLE_LENGTH: DurationMs = minutes(5)
const KEPT = days(14)

export function createOperations({
  collector,
  telemetry,
  store,
  clock,
  random,
  log,
  ...looks
}: OperationsDependencies): Operations {
  /** What certainly was not stored. */
  let left: Figures = noFigures

  const attempt = async (what: string, work: () => Promise<void>): Promise<void> =>
    work().catch((error: unknown) => log('warn', 'not-measured', { what, ...failureFacts(asSyncError(error)) }))

  async function record(): Promise<void> {
    const figures = merged(left, collector.take())
    left = noFigures
    if (isNothing(figures)) return
    await attempt('figures', async () => {
      try {
        await store.put(`${clock.now()}.${randomId(random)}`, figures)
      } catch (error) {
        // What may have been stored is not stored again: nothing is counted twice.
        if (!isFailure(error, 'OUTCOME_UNKNOWN')) left = merged(figures, left)
        throw error
      }
    })
  }

  async function lookAtAccounts(): Promise<void> {
    const { accounts, calendars, oldestDue } = await looks.census()
    for (const [state, count] of Object.entries(accounts)) telemetry.gauge('accounts', { state }, count)
    for (const [mode, count] of Object.entries(calendars)) telemetry.gauge('calendars', { mode }, count)
    telemetry.gauge('wake-ups.overdue', {}, oldestDue === undefined ? 0 : elapsed(oldestDue, clock.now()))
  }

  async function lookAtQueues(): Promise<void> {
    for (const [queue, count] of Object.entries(await looks.deadLetters()))
      telemetry.gauge('dead-letters', { queue }, count)
  }

  /** Where nobody has ever tried, it is as old as what we have measured. */
  async function lookAtBackups(): Promise<void> {
    if (looks.newestBackup === undefined) return
    const newest = (await looks.newestBackup()) ?? (await store.samples(earlier(clock.now(), KEPT))).at(-1)?.at
    if (newest !== undefined) telemetry.gauge('backup.age', {}, elapsed(newest, clock.now()))
  }

  return {
    record,
    async gather() {
      await attempt('accounts', lookAtAccounts)
      await attempt('dead-letters', lookAtQueues)
      await attempt('backups', lookAtBackups)
      await record()
      const at = epochMs(Math.floor(clock.now() / SAMPLE_LENGTH) * SAMPLE_LENGTH)
      try {
        await store.gather(at)
      } catch (error) {
        // Another instance gathers the same.
        if (!isFailure(error, 'ROW_CHANGED', 'ROW_EXISTS')) throw error
      }
    },
    forget: () => store.forget(earlier(clock.now(), KEPT)),
    async status(asked) {
      const now = clock.now()
      const back = Math.max(hours(asked), LOOKED_BACK + SAMPLE_LENGTH) as DurationMs
      const read = await store.samples(earlier(now, back))
      const samples = read.filter(({ at }) => elapsed(at, now) < hours(asked))
      return { samples, alerts: evaluateAlerts(ALERTS, read, now) }
    },
  }
}
