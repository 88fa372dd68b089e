/** How many channels of one integrator an instance tells at once: half of what it tells (host.json). */
const MOST_AT_ONCE = 16

/**
 * Keeps the receivers of one integrator from taking all the time there is for everybody's: each may take five seconds for
 * an answer, and an integrator may have many channels. Counted in this process.
 */
export interface Lanes {
  /** @returns what `work` comes to; undefined, without beginning it, while too much of the integrator's is going on. */
  run<T>(integrator: string, work: () => Promise<T>): Promise<T> | undefined
}

export function createLanes(): Lanes {
  const running = new Map<string, number>()

  function count(integrator: string, more: 1 | -1): void {
    const now = (running.get(integrator) ?? 0) + more
    if (now === 0) running.delete(integrator)
    else running.set(integrator, now)
  }

  return {
    run(integrator, work) {
      if ((running.get(integrator) ?? 0) >= MOST_AT_ONCE) return undefined
      count(integrator, 1)
      return work().finally(() => count(integrator, -1))
    },
  }
}
