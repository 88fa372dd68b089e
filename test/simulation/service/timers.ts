import { type DurationMs, epochMs, minutes } from '../../../shared/core/time.ts'
import type { Service } from '../../../shared/service.ts'
import type { MemoryTables } from '../../support/memory-tables.ts'
import type { Owner, Scheduler } from '../scheduler.ts'
import type { Swarm } from '../swarm/swarm.ts'
import type { Cluster } from './cluster.ts'

interface Dependencies {
  readonly scheduler: Scheduler
  readonly swarm: Swarm
  readonly tables: MemoryTables
  readonly cluster: Cluster
}

interface Timer {
  readonly name: string
  readonly every: DurationMs
  /** Whether it would find anything; it is called only then, which saves most of the steps of a run. */
  readonly isDue: () => boolean
  readonly tick: (service: Service) => Promise<unknown>
}

/** The timers of the product beside `wake-due`, each as its function calls it. */
export function runTimers({ scheduler, swarm, tables, cluster }: Dependencies): void {
  const always = () => true
  const { leavings, timers, restore } = swarm.episodes
  // Its number of the minute shows that tables were restored.
  const isWaiting = () =>
    restore ||
    tables.rows('ledger').some(({ properties }) => Number(properties['dueAt'] ?? Infinity) <= scheduler.now())
  // Where nobody erases anything, only what a sign-in that ended half-way has left is erased, which has time.
  const every = leavings > 0 || restore ? minutes(1) : minutes(20)
  const erasing: Timer = {
    ...{ name: 'wakeErasures', every, isDue: isWaiting },
    tick: (service) => service.wakeErasures(),
  }
  const others: readonly Timer[] = [
    { name: 'checkpoint', every: minutes(60), isDue: always, tick: ({ audit }) => audit.checkpoint() },
    { name: 'forgetSignIns', every: minutes(15), isDue: always, tick: (service) => service.forgetSignIns() },
    { name: 'record', every: minutes(20), isDue: always, tick: ({ operations }) => operations.record() },
    { name: 'gather', every: minutes(20), isDue: always, tick: ({ operations }) => operations.gather() },
    { name: 'lookAfter', every: minutes(10), isDue: always, tick: (service) => service.lookAfterOrganisations() },
    { name: 'rewrapKeys', every: minutes(180), isDue: always, tick: (service) => service.rewrapKeys() },
    { name: 'forgetAudit', every: minutes(180), isDue: always, tick: ({ audit }) => audit.forgetOld() },
    { name: 'forgetRates', every: minutes(180), isDue: always, tick: (service) => service.forgetRates() },
  ]
  for (const timer of [erasing, ...(timers ? others : [])]) void run(timer)

  async function run({ name, every, isDue, tick }: Timer): Promise<never> {
    const owner: Owner = { name: `timer ${name}`, alive: true }
    for (;;) {
      const now = scheduler.now()
      const at = epochMs((Math.floor(now / every) + 1) * every)
      await scheduler.call(owner, 'ticks', () => isDue() && cluster.tick(name, tick), (at - now) as DurationMs)
    }
  }
}
