import { type Clock, type EpochMs, elapsed, seconds } from '../core/time.ts'

/** Whether a trace that begins now is exported, all of it. */
export type Sampler = () => boolean

export const everyTrace: Sampler = () => true

/**
 * As many traces a second as an instance may begin to export. A trace of a visit has some forty spans and weighs some
 * 60 KB, which are paid for: a busy instance sends 5 GB a day at most, and a quiet one everything.
 */
const PER_SECOND = 1
/** What is saved up in quiet times. */
const BURST = 30

/** A bucket of traces that fills with time. */
export function limitedTraces(clock: Clock): Sampler {
  let left = BURST
  let at: EpochMs | undefined
  return () => {
    const now = clock.now()
    left = Math.min(BURST, left + (elapsed(at ?? now, now) / seconds(1)) * PER_SECOND)
    at = now
    if (left < 1) return false
    left -= 1
    return true
  }
}
