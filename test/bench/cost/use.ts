import { type DurationMs, hours, minutes } from '../../../shared/core/time.ts'
import { ASSUMED_DELAYS } from '../assumed-delays.ts'

/** What people and integrators are assumed to do. Everything else in the estimate is counted. */
export const USE = {
  /** In the window of 243 days: this many single events, and series with 20 occurrences each. */
  singles: 400,
  series: 8,
  /** Calendars beside the person's own; one of holidays, which nobody changes. */
  otherCalendars: 1,
  /** Share of mailboxes that take no subscription, and are read every five minutes. */
  polledShare: 0.05,
  /** Integrators that the person has allowed; each has one channel, and reads what has changed after each notification. */
  integrators: 1,
  workingDaysAMonth: 21,
  quietDaysAMonth: 9.4,
} as const

/** What happens between 7 and 17 o'clock, spread evenly. */
export interface DayOfUse {
  /** Changes in Outlook, the answers of guests among them. */
  readonly changesInOutlook: number
  /** Changes that the integrator asks for. */
  readonly changesAsked: number
  /** How often one of the person's devices shows the week, which is a reading of the API each time. */
  readonly weeksShown: number
}

export const DAYS = {
  working: { changesInOutlook: 12, changesAsked: 4, weeksShown: 20 },
  quiet: { changesInOutlook: 0, changesAsked: 0, weeksShown: 2 },
} as const satisfies Readonly<Record<string, DayOfUse>>
export type DayKind = keyof typeof DAYS

export const DAY_BEGINS: DurationMs = hours(7)
export const DAY_LASTS: DurationMs = hours(10)

/** An integrator's access token lives for an hour; it gets another one a little sooner. */
export const TOKEN_LASTS: DurationMs = minutes(55)

/** How the app runs, as infra/main.bicep, host.json and infra/queues.json have it. */
export const RUNNING = {
  instanceGB: 2,
  alwaysReadyHttp: 2,
  /** Requests, or sessions of a queue, that an instance serves at once. */
  atOnce: { http: 100, mailbox: 32, channel: 32 },
  /** Processor time of one execution, in milliseconds, and how much of an instance's processor may be in use. */
  processorMs: { http: 5, mailbox: 20, channel: 10 },
  processorShare: 0.6,
  /** Each hour's instances are taken for new ones, which ask the vault this often first (test/contract/vault.test.ts). */
  vaultRequestsOfStart: 2,
  /** A period in which an instance is active counts for a second at least. */
  shortestActiveSeconds: 1,
  /** Send, receive and complete; accept a session, and find it empty. */
  operationsPerMessage: 3,
  operationsPerSession: 2,
  /** An active instance asks for the next session that often while there is none. */
  idleAcceptsPerMinute: 32,
  /** What Azure adds to a line of ours in the table of logs, in bytes. */
  logColumns: 300,
  /** Lines a second and instance that Application Insights is sent as well. */
  sampledLinesPerSecond: 20,
  /** Headers and address of a table request and its answer, in bytes. */
  tableHeaders: 1_200,
  /** A backup of each day is kept so long, and is so much smaller than what it holds. */
  backupsKept: 30,
  backupShrinks: 0.8,
  /** How many months the audit trail is kept. */
  auditMonths: 12,
} as const

/** What one deployment can do, and how much busier its busiest hour is than the mean. */
export const LIMITS = {
  peak: 3,
  /**
   * Planned visits a second: shared/messaging/wake-due.ts wakes a hundred with a send and a commit, one after the other, and
   * reads a thousand at once.
   */
  plannedVisits: Math.floor(100_000 / (ASSUMED_DELAYS.queue / 2 + ASSUMED_DELAYS.table + ASSUMED_DELAYS.table / 10)),
  /** Requests a second that a storage account takes. */
  tableRequests: 20_000,
  /** Operations a second that a namespace takes: Standard; each unit of Premium, of which there are 16 at most. */
  standardOperations: 1_000,
  premiumOperations: 4_000,
  premiumUnits: 16,
  /** Gigabytes of logs a day, as infra/main.bicep has it for few accounts, and for each 1,000. */
  logGBADay: 5,
  logGBADayPerThousand: 0.4,
  /** Requests a second that Graph takes from one application, over all tenants. */
  graphRequests: 13_000,
} as const
