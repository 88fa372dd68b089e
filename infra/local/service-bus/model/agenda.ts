import type { Clock, EpochMs } from '../../../../shared/core/time.ts'
import { insertOrdered } from './ordered.ts'

/** Everything the broker has to do at some time: locks that end, messages that become due, attaches that time out. */
export interface Agenda {
  /** Notes a task. A task whose reason has gone by then must do nothing; there is no way to take one back. */
  add(when: EpochMs, task: () => void): void
  /** Runs what is due, in order of time. Called by the alarm, and before every decision that depends on a lock. */
  runDue(): void
}

interface Entry {
  when: EpochMs
  task: () => void
}

/** @param arm asks the outer process to call `runDue` at this time; a later call replaces an earlier one. */
export function createAgenda(clock: Clock, arm: (when: EpochMs) => void): Agenda {
  const entries: Entry[] = []
  const armNext = () => {
    const next = entries[0]
    if (next !== undefined) arm(next.when)
  }

  return {
    add(when, task) {
      const entry = { when, task }
      insertOrdered(entries, entry, (other) => other.when)
      if (entries[0] === entry) armNext()
    },
    runDue() {
      const now = clock.now()
      for (let next = entries[0]; next !== undefined && next.when <= now; next = entries[0]) {
        entries.shift()
        next.task()
      }
      // Also when nothing was due: a timer may ring a moment early.
      armNext()
    },
  }
}
