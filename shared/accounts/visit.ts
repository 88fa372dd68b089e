import { type Clock, type DurationMs, type EpochMs, seconds } from '../core/time.ts'

/**
 * How a visit ends: with nothing to do, or nothing that can be done, before the next one; with more to do after `wait`; or
 * with nothing to be done for the account before `wait` is over, whoever asks for it, as far as this visit knows.
 */
export type Visit = { readonly kind: 'done' } | { readonly kind: 'again' | 'held'; readonly wait: DurationMs }

export const DONE: Visit = { kind: 'done' }

/** The schedule is looked at now and then: what is to be tried again sooner gets a wake-up of its own, once. */
export function soon(at: EpochMs | undefined, clock: Clock): Visit {
  const wait = Math.max(0, (at ?? Number.POSITIVE_INFINITY) - clock.now()) as DurationMs
  return wait <= seconds(30) ? { kind: 'again', wait } : DONE
}
