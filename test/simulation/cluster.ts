import type { Deliver } from '../../infra/local/microsoft365/graph/context.ts'
import type { ApiRequest } from '../../shared/api/request.ts'
import { Settings } from '../../shared/config.ts'
import { asSyncError } from '../../shared/core/errors.ts'
import { type DurationMs, epochMs, later, minutes, seconds } from '../../shared/core/time.ts'
import type { Vault } from '../../shared/crypto/ports.ts'
import { createService, type Service } from '../../shared/service.ts'
import type { Tables } from '../../shared/storage/table.ts'
import type { MemoryTables } from '../support/memory-tables.ts'
import { PUBLIC_URL } from '../support/oauth.ts'
import type { Dice } from './dice.ts'
import { remoteEntra, remoteTables, remoteVault, remoteWaker, type Surroundings } from './instance-ports.ts'
import { createMicrosoft365, type Microsoft365, remoteFetch } from './microsoft365.ts'
import { createSessionQueue, type Handler, type SessionQueue } from './queue.ts'
import type { Owner, Scheduler } from './scheduler.ts'
import type { FaultRates, Swarm } from './swarm.ts'

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
}

const TICK = seconds(30)

/** Fewer deaths than deliveries of a message, so that no message is given up because of them alone. */
const MOST_STARTS = 10

export function createCluster(dependencies: Dependencies): Cluster {
  const { scheduler, swarm, rates, latencyMs, tables, vault, between } = dependencies
  const [chance, choice] = [dependencies.dice.fork('faults'), dependencies.dice.fork('choice')]
  const logged: string[] = []
  const instances: Instance[] = []
  const internet: Owner = { name: 'internet', alive: true }
  const timer: Owner = { name: 'timer', alive: true }
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
  })

  const deliver: Deliver = async (request, timeoutMs) => {
    const [url, body] = [new URL(request.url), await request.text()]
    const received: ApiRequest = {
      method: 'POST',
      url,
      headers: request.headers,
      params: {},
      requestId: 'notification',
      body: async () => body,
    }
    const delay = (chance.chance(rates().notificationLate) ? chance.below(minutes(2)) : 0) as DurationMs
    return new Promise((resolve, reject) => {
      void scheduler.call(internet, 'waits no longer', () => reject(new Error('no answer')), timeoutMs as DurationMs)
      void scheduler.call(internet, 'posts', () => answer(received).then(resolve, reject), delay)
    })
  }

  async function answer(request: ApiRequest): Promise<Response> {
    try {
      const { status, headers, body } = await ready().service.notifications(request)
      return new Response(body, { status, headers })
    } catch (error) {
      return new Response('', { status: asSyncError(error).failure.http })
    }
  }

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

  const microsoft = createMicrosoft365({ scheduler, dice: dependencies.dice.fork('microsoft'), swarm, rates, deliver })
  microsoft.faults.notifications.drop = rates().notificationLost
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
    const ports = {
      config,
      clock: scheduler.clock(owner),
      random: dependencies.dice.fork(owner.name),
      log: (level: string, event: string, facts: object = {}) => {
        const line = JSON.stringify({ level, event, ...facts })
        logged.push(line)
        scheduler.note(`  ${owner.name} says ${line}`)
      },
      tables: between(remoteTables(surroundings, tables)),
      vault: remoteVault(surroundings, vault),
      waker: remoteWaker(surroundings, queue),
      entra: remoteEntra(surroundings, microsoft.entra),
      fetch: remoteFetch(surroundings, microsoft, swarm.pageSize),
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

  /** The timer of `wake-due`. It is not called when it would find nothing, which saves most of the steps of a run. */
  function tick(): void {
    if ((nextDue() ?? Number.POSITIVE_INFINITY) > scheduler.now()) return
    const [instance] = instances.filter(isReady)
    instance?.service.wakeDue().catch((error: unknown) => {
      if (asSyncError(error).failure.retry === 'bug') scheduler.violate(`wakeDue throws ${describe(error)}`)
    })
  }

  function nextDue(): number | undefined {
    const times = tables.rows('schedule').map(({ rowKey }) => Number(rowKey.split('.')[0]))
    return times.length === 0 ? undefined : Math.min(...times)
  }

  async function ticking(): Promise<void> {
    for (;;) {
      const due = Math.max(nextDue() ?? scheduler.now() + minutes(5), scheduler.now() + 1)
      const at = epochMs(Math.ceil(Math.min(due, later(scheduler.now(), minutes(5))) / TICK) * TICK)
      await scheduler.call(timer, 'ticks', tick, (at - scheduler.now()) as DurationMs)
    }
  }

  for (let count = 0; count < swarm.instances; count++) start()
  scheduler.beforeStep = () => {
    if (started < MOST_STARTS && chance.chance(rates().crash)) crash()
  }
  void ticking()

  return {
    microsoft,
    queue,
    logged,
    ask: (who, label, use) =>
      new Promise((resolve, reject) => {
        void scheduler.call(who, 'waits no longer', () => reject(new Error('no answer')), minutes(1))
        void scheduler.call(who, label, () => attempt(() => use(ready().service)).then(resolve, reject))
      }),
  }
}

const isReady = (instance: Instance): instance is Required<Instance> => instance.service !== undefined

const attempt = async <T>(use: () => Promise<T>): Promise<T> => use()

/** An error with its causes, for the report of a violation. */
export const describe = (error: unknown): string =>
  error instanceof Error
    ? `${'code' in error ? error.code : error.name} ${error.message}${error.cause ? ` <- ${describe(error.cause)}` : ''} ${error.cause ? '' : (error.stack ?? '').split('\n').slice(1, 6).join(' ')}`
    : String(error)
