import { type DurationMs, epochMs, later, minutes, seconds } from '../../../shared/core/time.ts'
import type { MemoryTables } from '../../support/memory-tables.ts'
import type { Owner, Scheduler } from '../scheduler.ts'

const EVERY = seconds(30)
/** Plans that come up meanwhile are looked for after this time. */
const LOOKS_EVERY = minutes(1)

interface Dependencies {
  readonly scheduler: Scheduler
  readonly tables: MemoryTables
  readonly wakeDue: () => void
}

/**
 * The timer of the function `wake-due`, every thirty seconds. It is not called when it would find nothing, which saves
 * most of the steps of a run.
 */
export async function runTimer({ scheduler, tables, wakeDue }: Dependencies): Promise<never> {
  const timer: Owner = { name: 'timer', alive: true }

  const nextDue = () => Math.min(...tables.rows('schedule').map(({ rowKey }) => Number(rowKey.split('.')[0])))

  for (;;) {
    const now = scheduler.now()
    const wanted = Math.max(now + 1, Math.min(nextDue(), later(now, LOOKS_EVERY)))
    const at = epochMs(Math.ceil(wanted / EVERY) * EVERY)
    const tick = () => {
      if (nextDue() <= scheduler.now()) wakeDue()
    }
    await scheduler.call(timer, 'ticks', tick, (at - now) as DurationMs)
  }
}
