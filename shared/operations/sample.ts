import type { EpochMs } from '../core/time.ts'

/** Upper ends of a histogram's buckets, in milliseconds; the last bucket is what is above them all. */
export const BUCKETS = [
  5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000,
] as const

export interface Histogram {
  readonly count: number
  readonly sum: number
  /** How many were in each bucket: one more than `BUCKETS` has ends. */
  readonly buckets: readonly number[]
}

/** How often something failed or alarmed, and when it last did. */
export interface Trouble {
  readonly what: string
  readonly count: number
  readonly lastAt: EpochMs
}

/**
 * How the service did over five minutes, all instances together. A series is named by its metric and labels, in the order
 * of `METRICS`: `graph.duration{outcome=throttled}`.
 */
export interface Sample {
  /** The end of the five minutes. */
  readonly at: EpochMs
  readonly counters: Readonly<Record<string, number>>
  readonly gauges: Readonly<Record<string, number>>
  readonly histograms: Readonly<Record<string, Histogram>>
  /** Failures by their code and alarms by their event. */
  readonly troubles: readonly Trouble[]
}

/** An alert of `infra/alerts.json`, and whether its condition holds. */
export interface AlertState {
  readonly name: string
  readonly isRaised: boolean
  /** What was compared with the limit. */
  readonly value: number
  readonly limit: number
  /** The same for people: `changes come late: 15 min, above 1 min`. */
  readonly text: string
}

/** How the service does, for the operator. */
export interface ServiceStatus {
  /** The newest first. */
  readonly samples: readonly Sample[]
  readonly alerts: readonly AlertState[]
}
