import { createHash } from 'node:crypto'
import type { Caller } from '../../infra/local/microsoft365/graph/context.ts'
import { type Faults, noFaults } from '../../infra/local/microsoft365/graph/faults.ts'
import { createGraph, type Graph } from '../../infra/local/microsoft365/graph/graph.ts'
import { createWorld, type Person, type World } from '../../infra/local/microsoft365/world.ts'
import { SAMPLE } from '../../infra/local/settings.ts'
import type { Entra } from '../../shared/accounts/ports.ts'
import { apiFailure } from '../../shared/api/failure.ts'
import type { ApiResponse } from '../../shared/api/response.ts'
import { configOrThrow, readConfig } from '../../shared/config.ts'
import { asSyncError, SyncError } from '../../shared/core/errors.ts'
import { epochMs, seconds } from '../../shared/core/time.ts'
import type { WakeUp } from '../../shared/messaging/wake-up.ts'
import { createService, type Service } from '../../shared/service.ts'
import { createCountedTables, createTableCounters, type TableCounters } from './counted-tables.ts'
import { type ManualClock, manualClock, seededRandom } from './graph-stand-in.ts'
import { createMemoryTables, type MemoryTables } from './memory-tables.ts'
import { createMemoryVault, type MemoryVault } from './memory-vault.ts'
import { request } from './oauth.ts'

const PUBLIC_URL = 'http://localhost:7071'
const MICROSOFT = 'http://localhost:4000'
const NEVER = epochMs(Number.MAX_SAFE_INTEGER)

/** The product in this process: its own code, with every neighbour in memory, counted, and a clock that a test moves. */
export interface ServiceFixture {
  readonly service: Service
  readonly world: World
  readonly graph: Graph
  readonly faults: Faults
  readonly clock: ManualClock
  readonly tables: MemoryTables
  readonly counters: TableCounters
  readonly vault: MemoryVault
  /** A Graph token of a person. */
  tokenOf(person: Person): string
  /** Wake-ups that nobody has handled yet. */
  readonly queue: readonly WakeUp[]
  readonly logged: readonly string[]
  /** Answers in place of Graph where it returns one. */
  intercept: (request: Request) => Response | undefined
  /** Lets a person connect with the integrator `sample`. */
  connect(person: Person): Promise<Connection>
  /** Handles wake-ups until there is none; those that are to wait are handled when the clock is there. */
  settle(): Promise<void>
  /** Lets the notifications of what has happened arrive, and handles them. */
  deliver(): Promise<void>
}

/** What an integrator reads of one person. */
export interface Connection {
  /** The integrator's access token. */
  readonly token: string
  get(path: string): Promise<{ status: number; body: Record<string, unknown> }>
}

interface Options {
  /** Another instance of the service over the same rows and keys. */
  readonly beside?: ServiceFixture
}

export async function startService({ beside }: Options = {}): Promise<ServiceFixture> {
  const clock = beside?.clock ?? manualClock()
  const random = seededRandom(beside === undefined ? 7 : 8)
  const world = beside?.world ?? newWorld(clock, random)
  const faults = noFaults()
  const counters = createTableCounters()
  const tables = beside?.tables ?? createMemoryTables()
  const vault = beside?.vault ?? createMemoryVault({ modulusLength: 2048 })
  let queue: { body: WakeUp; at: number }[] = []
  const logged: string[] = []

  const verify = (token: string): Caller | undefined => callerOf(world, token)
  const graph = createGraph({ world, clock, random, faults, tokens: { verify }, deliver: (sent) => post(sent) })
  const config = configOrThrow(readConfig(SETTINGS))
  const service = await createService({
    config,
    clock,
    random,
    log: (level, event, facts) => logged.push(JSON.stringify({ level, event, ...facts })),
    tables: createCountedTables(tables, counters),
    vault,
    waker: {
      wake: async (wakeUps, wait = seconds(0)) => {
        queue.push(...wakeUps.map((body) => ({ body, at: clock.now() + wait })))
      },
    },
    entra: entraOf(world),
    fetch: async (input, init) => {
      const sent = new Request(input instanceof Request ? input : String(input), { ...init, redirect: 'follow' })
      return fixture.intercept(sent) ?? graph.fetch(sent)
    },
  })
  await service.oauth.integrators.register({
    clientId: SAMPLE.clientId,
    name: 'Sample integrator',
    secrets: [SAMPLE.secret],
    redirectUris: [SAMPLE.redirectUri],
    scopes: ['read_events'],
    pkce: 'required',
  })

  async function post(sent: Request): Promise<Response> {
    const text = await sent.text()
    const { status, body } = await service.notifications(request(sent.url, { method: 'POST', body: text }))
    return new Response(body || null, { status })
  }

  async function settle(): Promise<void> {
    for (;;) {
      const [first] = queue.filter(({ at }) => at <= clock.now())
      if (first === undefined) return
      const { account } = first.body
      const mine = queue.filter(({ body, at }) => body.account === account && at <= clock.now())
      queue = queue.filter((one) => !mine.includes(one))
      await service.syncMailbox(mine.map(({ body }) => body))
    }
  }

  const fixture: ServiceFixture = {
    service,
    world,
    graph,
    faults,
    clock,
    tables,
    counters,
    vault,
    tokenOf,
    get queue() {
      return queue.map(({ body }) => body)
    },
    logged,
    intercept: () => undefined,
    connect: (person) => connect(service, person),
    settle,
    async deliver() {
      await clock.advance(seconds(1))
      await settle()
    },
  }
  return fixture
}

const SETTINGS = {
  ENVIRONMENT: 'test',
  PUBLIC_URL,
  ServiceBus: 'in memory',
  TABLES_URL: 'http://localhost:10002',
  KEY_VAULT_URL: 'http://localhost:8200',
  GRAPH_URL: MICROSOFT,
  ENTRA_AUTHORITY: MICROSOFT,
  MICROSOFT_CLIENT_ID: '5f0c6f3e-2f6b-4c58-9d0e-3f7a1b2c4d5e',
  MICROSOFT_CLIENT_SECRET: 'not used here',
}

function newWorld(clock: ManualClock, random: ReturnType<typeof seededRandom>): World {
  const world = createWorld({ clock, random })
  world.addOrganisation({ name: 'Contoso', domain: 'contoso.example' })
  return world
}

const tokenOf = ({ oid }: Person): string => `token.${oid}`

const SCOPES = ['Calendars.ReadWrite', 'User.Read', 'MailboxSettings.Read']

function callerOf(world: World, token: string): Caller | undefined {
  const person = world.personById(token.replace('token.', ''))
  return person && { oid: person.oid, tid: person.tid, appId: 'app', scopes: SCOPES, expiresAt: NEVER }
}

/** Signs in whoever comes with the code that is their object id. */
function entraOf(world: World): Entra {
  return {
    authorizeUrl: async ({ state }) => `${MICROSOFT}/authorize?state=${state}`,
    async redeem(code) {
      const person = world.personById(code)
      if (person === undefined) throw new SyncError('SIGN_IN_EXPIRED', 'nobody has this code')
      const { oid, tid, userPrincipalName, displayName } = person
      const identity = { tenantId: tid, objectId: oid, username: userPrincipalName, name: displayName }
      return { identity, tokenCache: `cache.${oid}` }
    },
    async accessToken(tokenCache) {
      return { accessToken: tokenCache.replace('cache', 'token'), expiresAt: NEVER, tokenCache }
    },
  }
}

const VERIFIER = 'a-verifier-that-is-long-enough-for-the-rule-of-43'

/** The whole authorization: consent page, Microsoft and back, and the code for a token. */
async function connect(service: Service, person: Person): Promise<Connection> {
  const { oauth, read } = service
  const asked = await oauth.authorize(request(authorizePath()))
  const cookie = asked.headers['set-cookie']?.split(';')[0] ?? ''
  const sent = await oauth.authorize(formOf('/oauth/authorize', { ...fieldsOf(asked), decision: 'continue' }, cookie))
  const state = new URL(sent.headers['location'] ?? '').searchParams.get('state') ?? ''
  const back = await oauth.callback(
    request(`/oauth/callback?${new URLSearchParams({ state, code: person.oid })}`, { headers: { cookie } }),
  )
  const code = new URL(back.headers['location'] ?? '').searchParams.get('code') ?? ''
  const answer = await oauth.token(
    formOf('/oauth/token', {
      grant_type: 'authorization_code',
      client_id: SAMPLE.clientId,
      client_secret: SAMPLE.secret,
      redirect_uri: SAMPLE.redirectUri,
      code,
      code_verifier: VERIFIER,
    }),
  )
  const { access_token: token } = JSON.parse(answer.body) as { access_token: string }
  const headers = { authorization: `Bearer ${token}` }
  return {
    token,
    async get(path) {
      const url = new URL(path, PUBLIC_URL)
      const [, endpoint = '', page] = /^\/v1\/(\w+)(?:\/pages\/(.+))?$/.exec(url.pathname) ?? []
      const handler = page === undefined ? read[endpoint as keyof typeof read] : read.eventsPage
      const asked = { ...request(url.href, { headers }), params: { ...(page && { token: page }) } }
      const failed = (error: unknown) => apiFailure(asSyncError(error), 'request-1')
      const { status, body } = await handler(asked).catch(failed)
      return { status, body: JSON.parse(body) }
    },
  }
}

const authorizePath = (): string =>
  `/oauth/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: SAMPLE.clientId,
    redirect_uri: SAMPLE.redirectUri,
    scope: 'read_events',
    state: 'state',
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    code_challenge_method: 'S256',
  })}`

const fieldsOf = ({ body }: ApiResponse): Record<string, string> =>
  Object.fromEntries(
    [...body.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  )

const formOf = (path: string, fields: Record<string, string>, cookie = '') =>
  request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', cookie },
    body: new URLSearchParams(fields).toString(),
  })
