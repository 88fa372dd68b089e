import { Temporal } from 'temporal-polyfill'

declare const unit: unique symbol

/** A point in time: milliseconds since the Unix epoch, UTC. */
export type EpochMs = number & { readonly [unit]: 'epoch-ms' }
/** A length of time in milliseconds. Never a point in time. */
export type DurationMs = number & { readonly [unit]: 'duration-ms' }

/** The only way the code learns what time it is and lets time pass; tests and the simulation bring their own. */
export interface Clock {
  now(): EpochMs
  /** Resolves after `duration`. Used for waiting on other people's answers, never to pace work inside a handler. */
  sleep(duration: DurationMs): Promise<void>
}

export const epochMs = (value: number): EpochMs => value as EpochMs
export const seconds = (n: number): DurationMs => (n * 1000) as DurationMs
export const minutes = (n: number): DurationMs => (n * 60_000) as DurationMs
export const hours = (n: number): DurationMs => (n * 3_600_000) as DurationMs
export const days = (n: number): DurationMs => (n * 86_400_000) as DurationMs

export const later = (from: EpochMs, by: DurationMs): EpochMs => (from + by) as EpochMs
export const earlier = (from: EpochMs, by: DurationMs): EpochMs => (from - by) as EpochMs
export const elapsed = (from: EpochMs, to: EpochMs): DurationMs => (to - from) as DurationMs

/** `2026-11-03T14:30:00Z`: whole seconds, because clients of the integrator API reject milliseconds. */
export const toIsoSeconds = (at: EpochMs): string => `${new Date(at).toISOString().slice(0, 19)}Z`

/** Parses an ISO 8601 instant with an offset. @returns undefined when the text is not one, or names a day there is not. */
export function parseInstant(text: string): EpochMs | undefined {
  try {
    return epochMs(Temporal.Instant.from(text).epochMilliseconds)
  } catch {
    return undefined
  }
}

/** Does `work` again and again, beside everything else, for as long as the process has something else to do. */
export const repeatedly = (every: DurationMs, work: () => void): void => void setInterval(work, every).unref()

/** The machine's own clock: the one place where real time enters. */
export const systemClock: Clock = {
  now: () => epochMs(Date.now()),
  sleep: (duration) => new Promise((resolve) => setTimeout(resolve, duration)),
}
