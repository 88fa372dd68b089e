import { Settings } from '../../../shared/config.ts'
import { asSyncError, isFailure, SyncError } from '../../../shared/core/errors.ts'
import { type EpochMs, minutes, seconds } from '../../../shared/core/time.ts'
import type { Vault } from '../../../shared/crypto/ports.ts'
import type { ChannelWake } from '../../../shared/messaging/channel-wake.ts'
import type { WakeUp } from '../../../shared/messaging/wake-up.ts'
import type { Service } from '../../../shared/service.ts'
import type { Dice } from '../../support/dice.ts'
import type { MemoryTables } from '../../support/memory-tables.ts'
import { PUBLIC_URL } from '../../support/oauth.ts'
import { describe } from '../describe.ts'
import { type Unreadable, watchUnreadable } from '../judging/unreadable.ts'
import type { Owner, Scheduler } from '../scheduler.ts'
import type { Receivers } from '../swarm/episodes.ts'
import type { FaultRates, Swarm } from '../swarm/swarm.ts'
import { createDelivery } from './delivery.ts'
import { bringUp, type Instance } from './instance.ts'
import { createMicrosoft365, type Microsoft365 } from './microsoft365.ts'
import { CURRENT, type Release } from './newer-release.ts'
import { createPartitions, type Partitions } from './partitions.ts'
import { createSessionQueue, type SessionQueue } from './queue.ts'
import { createReceiverDesk, type ReceiverDesk } from './receivers.ts'
import { runTimer } from './timer.ts'

/** The deployed service: some instances that share tables, vault, queue and Microsoft 365, and may die at any point. */
export interface Cluster {
  readonly microsoft: Microsoft365
  readonly queue: SessionQueue<WakeUp>
  readonly channelQueue: SessionQueue<ChannelWake>
  readonly desk: ReceiverDesk
  readonly partitions: Partitions
  readonly logged: readonly string[]
  readonly unreadable: Unreadable
  /** The instances there are, those that are starting among them. */
  readonly names: () => readonly string[]
  /** Puts an instance of a release in the place of one that gets nothing new to do from then on. */
  replace(release: Release): void
  /** Ends all instances. @returns what starts as many of their releases. */
  stop(): () => void
  /** Has a timer tick on some instance, or on two at once. */
  tick(name: string, timer: (service: Service) => Promise<unknown>): void
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
  /** How integrators' receivers do at the moment. */
  readonly receivers: () => Receivers
  readonly tables: MemoryTables
  readonly vault: Vault
}

/** Fewer deaths than deliveries of a message, so that no message is given up because of them alone. */
const MOST_STARTS = 10

/** What an instance that is taken away has for what it has begun. */
const GRACE = minutes(5)

export function createCluster(dependencies: Dependencies): Cluster {
  const { scheduler, dice, swarm, rates, latencyMs, receivers, tables, vault } = dependencies
  const [chance, choice, ticks] = [dice.fork('faults'), dice.fork('choice'), dice.fork('ticks')]
  const logged: string[] = []
  const unreadable = watchUnreadable(scheduler)
  const instances: Instance[] = []
  const desk = createReceiverDesk()
  const partitions = createPartitions({
    scheduler,
    dice: dice.fork('partitions'),
    times: swarm.episodes.partitions,
  })
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
    ...(swarm.episodes.leavings > 0 && { RETENTION_DAYS: 1 }),
    RATE_PER_SECOND: 1_000_000,
    RATE_PER_MINUTE: 1_000_000,
    RATE_ACCOUNT_PER_MINUTE: 1_000_000,
  })

  /** Who is cut off from the queues gets nothing out of them. */
  const atQueues = () => instances.filter(isReady).filter(({ owner }) => !partitions.isCut(owner, 'queue'))

  const queueOf = <Body extends { readonly reason: string }>(
    name: string,
    sessionOf: (body: Body) => string,
    handle: (service: Service, body: Body, storedAt: EpochMs) => Promise<void>,
  ) =>
    createSessionQueue<Body>({
      ...{ name, scheduler, dice: dice.fork(name), rates, sessionOf },
      isCut: (holder) => partitions.isCut(holder, 'queue'),
      handle: (session, body, storedAt) => {
        const living = atQueues()
        if (living.length === 0) return undefined
        const { owner, service } = choice.pick(living)
        scheduler.note(`${owner.name} ${name === 'queue' ? 'visits' : 'tells'} ${session.slice(4, 10)} ${body.reason}`)
        return { holder: owner, done: handle(service, body, storedAt).catch((error: unknown) => failed(owner, error)) }
      },
    })

  function failed(owner: Owner, error: unknown): never {
    const known = asSyncError(error)
    if (known.failure.retry === 'bug') scheduler.violate(`a handler of ${owner.name} throws ${describe(error)}`)
    throw error
  }

  const deliver = createDelivery({ scheduler, dice: chance, rates, pick: () => ready().service })
  const microsoft = createMicrosoft365({ scheduler, dice: dice.fork('microsoft'), swarm, rates, deliver })
  const queue = queueOf<WakeUp>(
    'queue',
    ({ account }) => account,
    (service, wakeUp, storedAt) => service.syncMailbox(wakeUp, storedAt),
  )
  const channelQueue = queueOf<ChannelWake>(
    'channel queue',
    ({ channel }) => channel,
    (service, wake, storedAt) => service.notifyChannel(wake, storedAt),
  )

  function ready(): Required<Instance> {
    const living = instances.filter(isReady)
    if (living.length === 0) throw new Error('no instance is there')
    return choice.pick(living)
  }

  function start(release: Release): void {
    const owner: Owner = { name: `i${++started}`, alive: true }
    const instance: Instance = { owner, release }
    instances.push(instance)
    const own = { scheduler, owner, dice: chance, rates, latencyMs, receivers, neighbours: swarm.neighbours }
    const given = {
      config,
      swarm,
      dice,
      tables,
      vault,
      microsoft,
      queue,
      channelQueue,
      desk,
      logged,
      unreadable,
    }
    void bringUp(given, instance, { ...own, isCut: (target) => partitions.isCut(owner, target) })
  }

  function replace(release: Release): void {
    const retired = choice.pick(instances)
    scheduler.note(`${retired.owner.name} IS REPLACED by the ${release.name} release`)
    instances.splice(instances.indexOf(retired), 1)
    start(release)
    const end = () => retired.owner.alive && scheduler.kill(retired.owner)
    void scheduler.call({ name: 'host', alive: true }, `ends ${retired.owner.name}`, end, GRACE)
  }

  function crash(): void {
    const living = instances.filter(({ owner }) => owner.alive)
    if (living.length === 0) return
    const victim = choice.pick(living)
    scheduler.kill(victim.owner)
    instances.splice(instances.indexOf(victim), 1)
    start(victim.release)
  }

  function stop(): () => void {
    const ended = instances.splice(0)
    for (const { owner } of ended) scheduler.kill(owner)
    return () => {
      for (const { release } of ended) start(release)
    }
  }

  function tick(name: string, timer: (service: Service) => Promise<unknown>): void {
    const isTwice = ticks.chance(swarm.neighbours.ticksTwice)
    const taking = instances.filter(isReady).slice(0, isTwice ? 2 : 1)
    if (taking.length === 2) scheduler.note(`${name} TICKS TWICE`)
    for (const { service } of taking)
      timer(service).catch((error: unknown) => {
        if (asSyncError(error).failure.retry === 'bug') scheduler.violate(`${name} throws ${describe(error)}`)
      })
  }

  /** A request that ends on a mistake of ours is a finding, although whoever asked may only ask again. */
  async function served<T>(label: string, { service }: Required<Instance>, use: (service: Service) => Promise<T>) {
    try {
      return await use(service)
    } catch (error) {
      // What is damaged under a request is repaired for the next one.
      const isDamaged = swarm.episodes.damages > 0 && isFailure(error, 'ROW_CORRUPT')
      if (isMistake(error) && !isDamaged) scheduler.violate(`${label} ends on ${describe(error)}`)
      throw error
    }
  }

  for (let count = 0; count < swarm.instances; count++) start(CURRENT)
  scheduler.beforeStep = () => {
    if (started < MOST_STARTS && chance.chance(rates().crash)) crash()
  }
  void runTimer({ scheduler, tables, wakeDue: () => tick('wakeDue', (service) => service.wakeDue()) })

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
    ...{ microsoft, queue, channelQueue, desk, partitions, logged, unreadable, replace, stop, tick },
    names: () => instances.map(({ owner }) => owner.name),
    ask: (who, label, use) =>
      new Promise((resolve, reject) => {
        void scheduler.call(who, 'waits no longer', () => reject(new Error('no answer')), minutes(1))
        void scheduler.call(who, label, () => attempt(() => served(label, ready(), use)).then(resolve, reject))
      }),
    askPatiently: (who, label, use) =>
      scheduler.call(who, label, () =>
        attempt(() => {
          const instance = ready()
          return whileAlive(who, instance, served(label, instance, use))
        }),
      ),
  }
}

const isReady = (instance: Instance): instance is Required<Instance> => instance.service !== undefined

/** Whether an error is one that only a mistake in the service leads to; people's own complaints are plain errors. */
const isMistake = (error: unknown): boolean =>
  error instanceof SyncError
    ? error.failure.retry === 'bug'
    : error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError

const attempt = async <T>(use: () => Promise<T>): Promise<T> => use()
