import { ALERTS } from '../../../shared/operations/alerts.ts'
import { type Counts, plus, sumOf, times } from './counts.ts'
import type { Month } from './month.ts'
import { BUS_TIERS, FREE, PRICES, type Price } from './prices.ts'
import { TIMERS } from './timers.ts'
import { LIMITS, RUNNING, USE } from './use.ts'

/** What a month costs, in dollars. */
export interface Estimate {
  readonly accounts: number
  /** Deployments side by side, because one can do only so much. */
  readonly deployments: number
  readonly usd: Readonly<Record<Part, number>>
  readonly total: number
  readonly perAccount: number
  /** What is asked for in a month, for one account: its own, and its share of what deployments and instances ask for. */
  readonly asked: Counts
  /** What is near a limit: each as a share of it, in the busiest hour and for one deployment; Graph's for all of them. */
  readonly used: Readonly<Record<'plannedVisits' | 'tableRequests' | 'logs' | 'graphRequests', number>>
}

export const PARTS = ['functions', 'tables', 'backups', 'queue', 'vault', 'logs', 'network', 'alerts'] as const
export type Part = (typeof PARTS)[number]

const SECONDS_A_MONTH = (USE.workingDaysAMonth + USE.quietDaysAMonth) * 86_400
const HOURS_A_MONTH = SECONDS_A_MONTH / 3600
const GB = 1e9

/** A month of so many accounts: what each asks for, and what each deployment does anyway. */
export function estimate(month: Month, accounts: number, tableRequests: Price = PRICES.tableRequests): Estimate {
  const deployments = Math.max(1, Math.ceil(accounts / accountsOfOne(month)))
  const counts = plus(times(month.account, accounts), times(month.deployment, deployments))
  const active = activeSeconds(counts, deployments)
  const vaultRequests = vaultRequestsOf(month, active, deployments)
  const usd: Record<Part, number> = {
    functions: functionsOf(counts, active, deployments),
    tables:
      cost(tableRequests, sumOf(counts.tables) / 1e4) + cost(PRICES.tableGB, (month.stored.bytes * accounts) / GB),
    backups: backupsOf(month, accounts, tableRequests),
    queue: queueOf(counts, active, deployments),
    vault: cost(PRICES.vaultOperations, vaultRequests / 1e4) + (deployments * 2 * PRICES.keyRotation.usd) / 12,
    logs: cost(PRICES.logGB, above(logBytes(counts, active) / GB, FREE.logGB)),
    network: networkOf(counts),
    alerts: deployments * ALERTS_COST,
  }
  const total = sumOf(usd)
  return {
    accounts,
    deployments,
    usd,
    total,
    perAccount: total / accounts,
    asked: times({ ...counts, vault: { requests: vaultRequests } }, 1 / accounts),
    used: usedOf(counts, active, accounts, deployments),
  }
}

/** So many accounts fill a deployment: its schedule, or its tables. */
export const accountsOfOne = ({ account }: Month): number =>
  Math.min(LIMITS.plannedVisits / plannedOf(account), LIMITS.tableRequests / peakOf(sumOf(account.tables)))

const cost = (price: Price, units: number): number => price.usd * units
const above = (units: number, free: number): number => Math.max(0, units - free)
const peakOf = (perMonth: number): number => (perMonth / SECONDS_A_MONTH) * LIMITS.peak

/** Visits a second that the schedule has planned, which spreads them over the day. */
const plannedOf = ({ queue }: Counts): number => (queue['planned'] ?? 0) / SECONDS_A_MONTH

/** Seconds of instances at work, by the group of functions that has instances of its own. */
interface Active {
  readonly http: number
  readonly mailbox: number
  readonly channel: number
  readonly timer: number
}

/**
 * An instance is active while it executes anything, so that executions at the same time count once. With few of them the
 * time is that of each (one second at least), less what falls together by chance; with many it is what the instances
 * need that serve so many at once, or have the processor time for them.
 */
function activeSeconds({ executions, busyMs }: Counts, deployments: number): Active {
  const of = (kind: 'http' | 'mailbox' | 'channel'): number => {
    const count = (executions[kind] ?? 0) / deployments
    if (count === 0) return 0
    const mean = (busyMs[kind] ?? 0) / (executions[kind] ?? 1) / 1000
    const alone = (count / SECONDS_A_MONTH) * Math.max(mean, RUNNING.shortestActiveSeconds)
    const instances = Math.max(
      1 - Math.exp(-alone),
      ((count / SECONDS_A_MONTH) * mean) / RUNNING.atOnce[kind],
      ((count / SECONDS_A_MONTH) * RUNNING.processorMs[kind]) / 1000 / RUNNING.processorShare,
    )
    return instances * SECONDS_A_MONTH * deployments
  }
  const timers = Math.max((busyMs['timer'] ?? 0) / 1000, (executions['timer'] ?? 0) * RUNNING.shortestActiveSeconds)
  return { http: of('http'), mailbox: of('mailbox'), channel: of('channel'), timer: timers }
}

/** HTTP runs on the instances that are always ready, as far as these suffice; everything else on demand. */
function functionsOf({ executions }: Counts, active: Active, deployments: number): number {
  const { instanceGB, alwaysReadyHttp } = RUNNING
  const ready = deployments * alwaysReadyHttp * SECONDS_A_MONTH
  const readyAtWork = Math.min(active.http, ready)
  const onDemand = (active.http - readyAtWork + active.mailbox + active.channel + active.timer) * instanceGB
  const demanded = sumOf(executions) - (executions['http'] ?? 0)
  return (
    cost(PRICES.baselineGBs, ready * instanceGB) +
    cost(PRICES.alwaysReadyGBs, readyAtWork * instanceGB) +
    cost(PRICES.onDemandGBs, above(onDemand, FREE.gbSeconds)) +
    cost(PRICES.executions, ((executions['http'] ?? 0) + above(demanded, FREE.executions)) / 1e6)
  )
}

/** All rows are read once a day, a thousand at a time, and kept as often as days. */
function backupsOf({ stored }: Month, accounts: number, tableRequests: Price): number {
  const daysAMonth = SECONDS_A_MONTH / 86_400
  const kept = (stored.bytes * accounts * RUNNING.backupShrinks * RUNNING.backupsKept) / GB
  return cost(PRICES.blobGB, kept) + cost(tableRequests, (stored.rows * accounts * daysAMonth) / 1000 / 1e4)
}

const operationsOf = ({ queue }: Counts, { mailbox, channel }: Active): number =>
  (queue['messages'] ?? 0) * RUNNING.operationsPerMessage +
  (queue['sessions'] ?? 0) * RUNNING.operationsPerSession +
  ((mailbox + channel) / 60) * RUNNING.idleAcceptsPerMinute

/** Standard, where a namespace takes that much; else Premium. */
function queueOf(counts: Counts, active: Active, deployments: number): number {
  const operations = operationsOf(counts, active) / deployments
  const peak = peakOf(operations)
  if (peak <= LIMITS.standardOperations) return deployments * (PRICES.busBase.usd + tiered(operations))
  return deployments * cost(PRICES.busUnit, Math.ceil(peak / LIMITS.premiumOperations) * HOURS_A_MONTH)
}

const tiered = (operations: number): number =>
  BUS_TIERS.reduce((sum, { from, usd }, index) => {
    const within = Math.min(operations, BUS_TIERS[index + 1]?.from ?? Number.POSITIVE_INFINITY) - from
    return sum + (Math.max(0, within) / 1e6) * usd
  }, 0)

/** Instances load the keys anew every hour; each group of functions has one at least, and each timer is such a group. */
function vaultRequestsOf({ vaultPerInstanceHour }: Month, active: Active, deployments: number): number {
  const needed = (seconds: number) => Math.max(deployments, seconds / SECONDS_A_MONTH)
  const groups =
    deployments * (RUNNING.alwaysReadyHttp + TIMERS.length) + needed(active.mailbox) + needed(active.channel)
  return groups * HOURS_A_MONTH * (vaultPerInstanceHour + RUNNING.vaultRequestsOfStart)
}

/** Every line is in the table of logs; Application Insights is sent so many a second and instance. */
function logBytes({ log }: Counts, { http, mailbox, channel, timer }: Active): number {
  const lines = log['lines'] ?? 0
  if (lines === 0) return 0
  const sampled = Math.min(lines, (http + mailbox + channel + timer) * RUNNING.sampledLinesPerSecond)
  return (lines + sampled) * ((log['bytes'] ?? 0) / lines + RUNNING.logColumns)
}

/** Rows go between Denmark and Ireland, as base64 in JSON. */
function networkOf({ bytes, tables }: Counts): number {
  const rows = ((bytes['read'] ?? 0) + (bytes['written'] ?? 0)) * (4 / 3) + sumOf(tables) * RUNNING.tableHeaders
  return (
    cost(PRICES.betweenRegionsGB, rows / GB) +
    cost(PRICES.internetGB, above((bytes['answered'] ?? 0) / GB, FREE.internetGB))
  )
}

/** Our own rules look at logs, the four of infra/modules/platform-alerts.bicep at metrics. */
const ALERTS_COST = ALERTS.length * PRICES.logAlertRule.usd + 4 * PRICES.alertRule.usd

/** Gigabytes a day that a deployment of so many accounts may write, when it follows the rule of infra/main.bicep. */
const logLimit = (accounts: number): number =>
  Math.max(LIMITS.logGBADay, (LIMITS.logGBADayPerThousand * accounts) / 1_000)

function usedOf(counts: Counts, active: Active, accounts: number, deployments: number): Estimate['used'] {
  return {
    plannedVisits: plannedOf(counts) / deployments / LIMITS.plannedVisits,
    tableRequests: peakOf(sumOf(counts.tables)) / deployments / LIMITS.tableRequests,
    logs: logBytes(counts, active) / GB / (SECONDS_A_MONTH / 86_400) / deployments / logLimit(accounts / deployments),
    graphRequests: peakOf(sumOf(counts.graph)) / LIMITS.graphRequests,
  }
}
