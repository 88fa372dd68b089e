import { type Clock, type DurationMs, type EpochMs, later, systemClock } from '../../shared/core/time.ts'

/** The machine's clock, which can be put forward: whoever waits for a time that is over by then goes on at once. */
export interface PassingClock extends Clock {
  /** How far it is ahead of the machine's clock. */
  ahead(): DurationMs
  pass(duration: DurationMs): void
}

interface Sleeper {
  readonly at: EpochMs
  readonly wake: () => void
  timer?: NodeJS.Timeout
}

/** Waiting does not keep the process alive. */
export function createPassingClock(): PassingClock {
  let ahead = 0
  const sleepers = new Set<Sleeper>()
  const now = () => later(systemClock.now(), ahead as DurationMs)

  function wakeLater(sleeper: Sleeper): void {
    clearTimeout(sleeper.timer)
    sleeper.timer = setTimeout(
      () => {
        sleepers.delete(sleeper)
        sleeper.wake()
      },
      Math.max(0, sleeper.at - now()),
    ).unref()
  }

  return {
    now,
    ahead: () => ahead as DurationMs,
    sleep: (duration) =>
      new Promise((wake) => {
        const sleeper: Sleeper = { at: later(now(), duration), wake }
        sleepers.add(sleeper)
        wakeLater(sleeper)
      }),
    pass(duration) {
      ahead += duration
      for (const sleeper of sleepers) wakeLater(sleeper)
    },
  }
}
