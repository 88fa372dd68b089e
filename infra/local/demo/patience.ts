import { type Clock, elapsed, seconds } from '../../../shared/core/time.ts'

const PATIENCE = seconds(20)
const LOOK_EVERY = seconds(0.03)

/** Looks until `seen` gives something. @throws Error that names `what` after twenty seconds. */
export async function watchFor<T>(clock: Clock, what: string, seen: () => Promise<T | undefined>): Promise<T> {
  const started = clock.now()
  for (;;) {
    const found = await seen()
    if (found !== undefined) return found
    if (elapsed(started, clock.now()) > PATIENCE) throw new Error(`not seen: ${what}`)
    await clock.sleep(LOOK_EVERY)
  }
}

/** How long `work` takes, in milliseconds. */
export async function timed(clock: Clock, work: () => Promise<unknown>): Promise<number> {
  const started = clock.now()
  await work()
  return elapsed(started, clock.now())
}
