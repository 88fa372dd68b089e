import { GLOBAL_ADMINISTRATOR } from '../../infra/local/microsoft365/entra/claims.ts'
import type { Caller } from '../../infra/local/microsoft365/graph/context.ts'
import { type Faults, noFaults } from '../../infra/local/microsoft365/graph/faults.ts'
import { createGraph, type Graph } from '../../infra/local/microsoft365/graph/graph.ts'
import { createWorld, type Person, type World } from '../../infra/local/microsoft365/world.ts'
import { SAMPLE } from '../../infra/local/settings.ts'
import type { Entra } from '../../shared/accounts/ports.ts'
import { configOrThrow, readConfig } from '../../shared/config.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { SILENT, type Telemetry } from '../../shared/core/telemetry.ts'
import { type Clock, type EpochMs, epochMs, later, seconds } from '../../shared/core/time.ts'
import type { ChannelWake, ChannelWaker } from '../../shared/messaging/channel-wake.ts'
import type { DeadLetter } from '../../shared/messaging/dead-letters.ts'
import type { Waker } from '../../shared/messaging/service-bus.ts'
import type { WakeUp } from '../../shared/messaging/wake-up.ts'
import { type Collector, createCollector } from '../../shared/operations/collector.ts'
import type { Ports } from '../../shared/service/ports.ts'
import { createService, type Service } from '../../shared/service.ts'
import type { Tables } from '../../shared/storage/table.ts'
import { both } from '../../shared/telemetry/both.ts'
import { measuredVault } from '../../shared/telemetry/metrics-of-vault.ts'
import { authorize, type Client, type Connection, PLANNER, registerClient } from './authorization.ts'
import { createCountedTables, createTableCounters, type TableCounters } from './counted-tables.ts'
import { createCountedVault } from './counted-vault.ts'
import { type ManualClock, manualClock, seededRandom } from './graph-stand-in.ts'
import { createMemoryBackups, type MemoryBackups } from './memory-backups.ts'
import { createMemoryTables, type MemoryTables } from './memory-tables.ts'
import { createMemoryVault, type MemoryVault } from './memory-vault.ts'
import { request } from './oauth.ts'
import { createReceivers, type Receivers } from './receivers.ts'

/** The product in this process: its own code, with every neighbour in memory, counted, and a clock that a test moves. */
export interface ServiceFixture {
  readonly service: Service
  /** What the service was put together from. */
  readonly ports: Ports
  readonly world: World
  readonly graph: Graph
  readonly faults: Faults
  readonly clock: ManualClock
  readonly tables: MemoryTables
  readonly backups: MemoryBackups
  readonly counters: TableCounters
  readonly vault: MemoryVault
  /** How many requests this instance has sent to the vault. */
  vaultRequests(): number
  /** Wake-ups that nobody has handled yet. */
  readonly queue: readonly WakeUp[]
  /** Messages that the queues have given up. */
  readonly deadLetters: DeadLetter[]
  /** What the service measures. */
  readonly collector: Collector
  /** Every line of the service's log. */
  readonly logged: readonly string[]
  /** What integrators' receivers get and answer. */
  readonly receivers: Receivers
  /** Channel wake-ups that nobody has handled yet. */
  readonly channelQueue: readonly ChannelWake[]
  /** Answers in place of Graph where it returns an answer. */
  intercept: (sent: Request) => Response | undefined | Promise<Response | undefined>
  /** A Graph token of a person. */
  tokenOf(person: Person): string
  /** Lets a person connect with the integrator `sample`, or with another one, which asks for `scope`. */
  connect(person: Person, client?: Client, scope?: string): Promise<Connection>
  /** Handles wake-ups until there is none; those that are to wait are handled when the clock is there. */
  settle(): Promise<void>
  /** Lets the notifications of what has happened arrive, and handles them. */
  deliver(): Promise<void>
}

interface ServiceOptions {
  /** Another instance of the service, whose mailboxes, rows and keys the new one shares. */
  readonly beside?: ServiceFixture
  readonly clock?: ManualClock
  /** Settings that differ from those of tests. */
  readonly settings?: Readonly<Record<string, string>>
  /** Stands between the service and its queue, or is another queue. */
  readonly throughWaker?: (waker: Waker) => Waker
  readonly throughChannelWaker?: (waker: ChannelWaker) => ChannelWaker
  /** Stands between the service and its tables. */
  readonly throughTables?: (tables: Tables) => Tables
  /** Whether the app is installed for the organisation; it is, unless a test says otherwise. */
  readonly installed?: boolean
  /** Where the service tells how it does; nowhere when absent. */
  readonly telemetry?: (clock: Clock) => Telemetry
  /** Stands between the service and Entra ID. */
  readonly throughEntra?: (entra: Entra) => Entra
}

/** Instances side by side must not draw the same ids. */
let nextSeed = 8

export async function startService(options: ServiceOptions = {}): Promise<ServiceFixture> {
  const {
    beside,
    throughWaker = (waker) => waker,
    throughChannelWaker = (waker) => waker,
    throughTables = (tables) => tables,
    throughEntra = (entra) => entra,
    installed = true,
  } = options
  const clock = options.clock ?? beside?.clock ?? manualClock()
  const random = seededRandom(beside === undefined ? 7 : nextSeed++)
  const world = beside?.world ?? newWorld(clock)
  const tables = beside?.tables ?? createMemoryTables()
  const { backups, vault } = beside ?? {
    backups: createMemoryBackups(tables),
    vault: createMemoryVault({ modulusLength: 2048 }),
  }
  const counters = createTableCounters()
  const countedVault = createCountedVault(vault, clock)
  const faults = noFaults()
  const logged: string[] = []
  const deadLetters: DeadLetter[] = []
  const collector = createCollector(clock)
  const queue = createQueue<WakeUp>(clock, ({ account }) => account)
  const channelQueue = createQueue<ChannelWake>(clock, ({ channel }) => channel)
  const receivers = beside?.receivers ?? createReceivers(clock)
  const telemetry = options.telemetry?.(clock) ?? SILENT
  const deliver = async (sent: Request) => {
    const received = request(sent.url, { method: 'POST', body: await sent.text() })
    const { status, body } = await telemetry.span('POST /graph/notifications', { kind: 'server' }, () =>
      service.notifications(received),
    )
    return new Response(body || null, { status })
  }
  const graph = createGraph({
    world,
    clock,
    random,
    faults,
    tokens: { verify: (token) => callerOf(world, token) },
    deliver,
  })
  const ports: Ports = {
    config: configOrThrow(readConfig({ ...SETTINGS, ...options.settings })),
    clock,
    random,
    log: (level, event, facts) => logged.push(JSON.stringify({ level, event, ...facts })),
    tables: throughTables(createCountedTables(tables, counters)),
    backups,
    vault: measuredVault(countedVault, { telemetry: collector, clock }),
    waker: throughWaker(queue.waker),
    channelWaker: throughChannelWaker(channelQueue.waker),
    post: receivers.post,
    deadLetters: { list: async () => deadLetters },
    queues: { loads: async () => [], replay: async () => [] },
    telemetry: both(telemetry, collector),
    collector,
    entra: throughEntra(entraOf(world)),
    fetch: async (input, init) => {
      const sent = new Request(input instanceof Request ? input : String(input), { ...init, redirect: 'follow' })
      return (await fixture.intercept(sent)) ?? graph.fetch(sent)
    },
  }
  const service = await createService(ports)
  if (beside === undefined) for (const client of [SAMPLE, PLANNER]) await registerClient(service, client)
  if (installed && beside === undefined)
    for (const tid of world.organisations.keys()) await service.organisations.install(tid, INSTALLER)
  const settle = async () => {
    await queue.drain((wakeUp, storedAt) => service.syncMailbox(wakeUp, storedAt))
    await channelQueue.drain((wake, storedAt) => service.notifyChannel(wake, storedAt))
  }
  const fixture: ServiceFixture = {
    ...{ service, world, graph, faults, clock, tables, counters, vault, logged, receivers, tokenOf, settle },
    ...{ deadLetters, collector, backups, ports, vaultRequests: countedVault.requests },
    get channelQueue() {
      return channelQueue.waiting()
    },
    get queue() {
      return queue.waiting()
    },
    intercept: () => undefined,
    connect: (person, client, scope) => authorize(service, person, client, scope),
    async deliver() {
      await clock.advance(seconds(1))
      await settle()
    },
  }
  return fixture
}

/** A queue in memory: the messages of a session one after the other. */
function createQueue<Message>(clock: Clock, sessionOf: (message: Message) => string) {
  let messages: { readonly body: Message; readonly at: EpochMs }[] = []
  const isDue = ({ at }: { at: EpochMs }) => at <= clock.now()
  return {
    waker: {
      wake: async (wakes: readonly Message[], wait = seconds(0)) => {
        messages.push(...wakes.map((body) => ({ body, at: later(clock.now(), wait) })))
      },
    },
    waiting: () => messages.map(({ body }) => body),
    async drain(handle: (body: Message, storedAt: EpochMs) => Promise<void>): Promise<void> {
      for (let first = messages.find(isDue); first !== undefined; first = messages.find(isDue)) {
        const session = sessionOf(first.body)
        const taken = messages.filter((message) => sessionOf(message.body) === session && isDue(message))
        messages = messages.filter((message) => !taken.includes(message))
        for (const { body, at } of taken) await handle(body, at)
      }
    },
  }
}

/** The account that an administrator would have. */
const INSTALLER = `acc_${'i'.repeat(22)}`

const MICROSOFT = 'http://localhost:4000'

const SETTINGS = {
  ENVIRONMENT: 'test',
  PUBLIC_URL: 'http://localhost:7071',
  ServiceBus: 'in memory',
  TABLES_URL: 'http://localhost:10002',
  KEY_VAULT_URL: 'http://localhost:8200',
  GRAPH_URL: MICROSOFT,
  ENTRA_AUTHORITY: MICROSOFT,
  MICROSOFT_CLIENT_ID: '5f0c6f3e-2f6b-4c58-9d0e-3f7a1b2c4d5e',
  MICROSOFT_CLIENT_SECRET: 'not used here',
  RATE_PER_SECOND: '1000000',
  RATE_PER_MINUTE: '1000000',
  RATE_ACCOUNT_PER_MINUTE: '1000000',
}

function newWorld(clock: Clock): World {
  const world = createWorld({ clock, random: seededRandom(9) })
  world.addOrganisation({ name: 'Contoso', domain: 'contoso.example' })
  return world
}

const NEVER = epochMs(Number.MAX_SAFE_INTEGER)
const SCOPES = ['Calendars.ReadWrite', 'User.Read', 'MailboxSettings.Read']

const tokenOf = ({ oid }: Person): string => `token.${oid}`

function callerOf(world: World, token: string): Caller | undefined {
  const person = world.personById(token.replace('token.', ''))
  return person && { oid: person.oid, tid: person.tid, appId: 'app', scopes: SCOPES, expiresAt: NEVER }
}

/** Signs in whoever comes with the code that is their object id. */
function entraOf(world: World): Entra {
  return {
    authorizeUrl: async ({ state }) => `${MICROSOFT}/authorize?state=${state}`,
    adminConsentUrl: (state) => `${MICROSOFT}/adminconsent?state=${state}`,
    async redeem(code) {
      const person = world.personById(code)
      if (person === undefined) throw new SyncError('SIGN_IN_EXPIRED', 'nobody has this code')
      const { oid, tid, userPrincipalName, displayName, isAdministrator, groups } = person
      const identity = { tenantId: tid, objectId: oid, username: userPrincipalName, name: displayName }
      return {
        identity,
        standing: {
          roles: isAdministrator ? [GLOBAL_ADMINISTRATOR] : [],
          groups: groups.size > 200 ? undefined : [...groups],
          appRoles: [...(person.appRoles.get(SETTINGS.MICROSOFT_CLIENT_ID) ?? [])],
        },
        tokenCache: `cache.${oid}`,
      }
    },
    async accessToken(tokenCache) {
      if (tokenCache === '') throw new SyncError('RECONNECT_REQUIRED', 'the token cache holds no account')
      return { accessToken: tokenCache.replace('cache', 'token'), expiresAt: NEVER, tokenCache }
    },
  }
}
