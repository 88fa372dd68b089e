import { Settings } from '../../shared/config.ts'
import { asSyncError } from '../../shared/core/errors.ts'
import { minutes, seconds } from '../../shared/core/time.ts'
import type { Vault } from '../../shared/crypto/ports.ts'
import { createCollector } from '../../shared/operations/collector.ts'
import { createService, type Service } from '../../shared/service.ts'
import type { Tables } from '../../shared/storage/table.ts'
import type { MemoryTables } from '../support/memory-tables.ts'
import { PUBLIC_URL } from '../support/oauth.ts'
import { createDelivery } from './delivery.ts'
import type { Dice } from './dice.ts'
import { remoteEntra, remoteTables, remoteVault, remoteWaker, type Surroundings } from './instance-ports.ts'
import { createMicrosoft365, type Microsoft365, remoteFetch } from './microsoft365.ts'
import { createSessionQueue, type Handler, type SessionQueue } from './queue.ts'
import type { Owner, Scheduler } from './scheduler.ts'
import type { FaultRates, Swarm } from './swarm.ts'
import { runTimer } from './timer.ts'

interface Instance {
  readonly owner: Owner
  /** Absent until it has started. */
  service?: Service
}

/** The deployed service: some instances that share tables, vault, queue and Microsoft 365, and may die at any point. */
export interface Cluster {
  readonly microsoft: Microsoft365
  readonly queue: SessionQueue
  readonly logged: readonly string[]
  /** A request from outside to whichever instance takes it. @throws when it dies or takes more than a minute. */
  ask<T>(who: Owner, label: string, use: (service: Service) => Promise<T>): Promise<T>
  /** The same for whoever waits as long as the instance lives, and therefore knows that nothing comes of it later. */
  askPatiently: Cluster['ask']
}

interface Dependencies {
  readonly scheduler: Scheduler
  readonly dice: Dice
  readonly swarm: Swarm
  readonly rates: () => FaultRates
  /** Greatest time a call takes at the moment, in milliseconds. */
  readonly latencyMs: () => number
  readonly tables: MemoryTables
  readonly vault: Vault
  /** Puts something between the service and its tables. */
  readonly between: (tables: Tables) => Tables
  /** Puts something between the service and Graph. */
  readonly onTheWay: (fetch: typeof globalThis.fetch) => typeof globalThis.fetch
}

/** Fewer deaths than deliveries of a message, so that no message is given up because of them alone. */
const MOST_STARTS = 10

export function createCluster(dependencies: Dependencies): Cluster {
  const { scheduler, swarm, rates, latencyMs, tables, vault, between, onTheWay } = dependencies
  const [chance, choice] = [dependencies.dice.fork('faults'), dependencies.dice.fork('choice')]
  const logged: string[] = []
  const instances: Instance[] = []
  let started = 0

  const config = Settings.parse({
    ENVIRONMENT: 'simulation',
    PUBLIC_URL,
    ServiceBus: 'unused',
    TABLES_URL: 'https://tables.example',
    KEY_VAULT_URL: 'https://vault.example',
    MICROSOFT_CLIENT_ID: '5f2d8c1e-0000-4000-8000-000000000009',
    MICROSOFT_CLIENT_SECRET: 'unused',
    WINDOW_PAST_DAYS: swarm.windowDays.past,
    WINDOW_FUTURE_DAYS: swarm.windowDays.future,
    SYNC_BUDGET_SECONDS: swarm.budgetSeconds,
    RATE_PER_SECOND: 1_000_000,
    RATE_PER_MINUTE: 1_000_000,
    RATE_ACCOUNT_PER_MINUTE: 1_000_000,
  })

  const handle: Handler = (account, wakeUps) => {
    const living = instances.filter(isReady)
    if (living.length === 0) return undefined
    const { owner, service } = choice.pick(living)
    scheduler.note(`${owner.name} visits ${account.slice(4, 10)} ${wakeUps.map(({ reason }) => reason).join(' ')}`)
    return { holder: owner, done: service.syncMailbox(wakeUps).catch((error: unknown) => failed(owner, error)) }
  }

  function failed(owner: Owner, error: unknown): never {
    const known = asSyncError(error)
    if (known.failure.retry === 'bug') scheduler.violate(`a handler of ${owner.name} throws ${describe(error)}`)
    throw error
  }

  const deliver = createDelivery({ scheduler, dice: chance, rates, pick: () => ready().service })
  const microsoft = createMicrosoft365({ scheduler, dice: dependencies.dice.fork('microsoft'), swarm, rates, deliver })
  const queue = createSessionQueue({ scheduler, dice: dependencies.dice.fork('queue'), rates, handle })

  function ready(): Required<Instance> {
    const living = instances.filter(isReady)
    if (living.length === 0) throw new Error('no instance is there')
    return choice.pick(living)
  }

  function start(): void {
    const owner: Owner = { name: `i${++started}`, alive: true }
    const instance: Instance = { owner }
    instances.push(instance)
    void bringUp(instance, { scheduler, owner, dice: chance, rates, latencyMs })
  }

  async function bringUp(instance: Instance, surroundings: Surroundings): Promise<void> {
    const { owner } = surroundings
    const clock = scheduler.clock(owner)
    const collector = createCollector(clock)
    const ports = {
      config,
      clock,
      random: dependencies.dice.fork(owner.name),
      log: (level: string, event: string, facts: object = {}) => {
        const line = JSON.stringify({ level, event, ...facts })
        logged.push(line)
        scheduler.note(`  ${owner.name} says ${line}`)
      },
      tables: between(remoteTables(surroundings, tables)),
      vault: remoteVault(surroundings, vault),
      waker: remoteWaker(surroundings, queue),
      channelWaker: { wake: async () => {} },
      post: async () => ({ kind: 'failed' as const, reason: 'unreachable' as const }),
      deadLetters: { list: async () => [] },
      queues: { loads: async () => [], replay: async () => [] },
      telemetry: collector,
      collector,
      entra: remoteEntra(surroundings, microsoft.entra),
      fetch: onTheWay(remoteFetch(surroundings, microsoft, swarm.pageSize)),
    }
    while (instance.service === undefined) {
      try {
        instance.service = await createService(ports)
      } catch (error) {
        if (asSyncError(error).failure.retry === 'bug') scheduler.violate(`no start: ${describe(error)}`)
        await ports.clock.sleep(seconds(1))
      }
    }
  }

  function crash(): void {
    const living = instances.filter(({ owner }) => owner.alive)
    const victim = choice.pick(living)
    scheduler.kill(victim.owner)
    instances.splice(instances.indexOf(victim), 1)
    start()
  }

  function wakeDue(): void {
    const [instance] = instances.filter(isReady)
    instance?.service.wakeDue().catch((error: unknown) => {
      if (asSyncError(error).failure.retry === 'bug') scheduler.violate(`wakeDue throws ${describe(error)}`)
    })
  }

  for (let count = 0; count < swarm.instances; count++) start()
  scheduler.beforeStep = () => {
    if (started < MOST_STARTS && chance.chance(rates().crash)) crash()
  }
  void runTimer({ scheduler, tables, wakeDue })

  /** Rejects `task` when the instance that does it dies. */
  function whileAlive<T>(who: Owner, { owner }: Instance, task: Promise<T>): Promise<T> {
    let isOpen = true
    const close = () => {
      isOpen = false
    }
    return new Promise((resolve, reject) => {
      const watch = (): void =>
        void scheduler.call(who, 'waits', () => (owner.alive ? isOpen && watch() : lose()), seconds(20))
      const lose = () => reject(new Error('no answer'))
      watch()
      task.finally(close).then(resolve, reject)
    })
  }

  return {
    microsoft,
    queue,
    logged,
    ask: (who, label, use) =>
      new Promise((resolve, reject) => {
        void scheduler.call(who, 'waits no longer', () => reject(new Error('no answer')), minutes(1))
        void scheduler.call(who, label, () => attempt(() => use(ready().service)).then(resolve, reject))
      }),
    askPatiently: (who, label, use) =>
      scheduler.call(who, label, () =>
        attempt(() => {
          const instance = ready()
          return whileAlive(
            who,
            instance,
            attempt(() => use(instance.service)),
          )
        }),
      ),
  }
}

const isReady = (instance: Instance): instance is Required<Instance> => instance.service !== undefined

const attempt = async <T>(use: () => Promise<T>): Promise<T> => use()

/** An error with its causes, for the report of a violation. */
export const describe = (error: unknown): string =>
  error instanceof Error
    ? `${'code' in error ? error.code : error.name} ${error.message}${error.cause ? ` <- ${describe(error.cause)}` : ''} ${error.cause ? '' : (error.stack ?? '').split('\n').slice(1, 6).join(' ')}`
    : String(error)
