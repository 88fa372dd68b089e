import { createHash } from 'node:crypto'
import type { Entra, SignedIn, SignInTicket } from '../../shared/accounts/ports.ts'
import { createOAuthApi, type OAuthApi } from '../../shared/api/oauth/oauth-api.ts'
import type { ApiRequest } from '../../shared/api/request.ts'
import type { ApiResponse } from '../../shared/api/response.ts'
import { createStarts } from '../../shared/api/starts.ts'
import { createAudit } from '../../shared/audit/audit.ts'
import type { Log } from '../../shared/core/log.ts'
import { systemRandom } from '../../shared/core/random.ts'
import { type EpochMs, epochMs } from '../../shared/core/time.ts'
import type { Registration } from '../../shared/integrators/integrator.ts'
import { oauthError } from '../../shared/integrators/oauth-errors.ts'
import type { Scope } from '../../shared/integrators/scopes.ts'
import { createAdmission } from '../../shared/organisations/admission.ts'
import { UNRESTRICTED } from '../../shared/organisations/organisation.ts'
import { createCheckpointStore } from '../../shared/storage/audit/checkpoint-rows.ts'
import { createTrailStore } from '../../shared/storage/audit/trail-rows.ts'
import { createGrantStore } from '../../shared/storage/oauth/grant-rows.ts'
import { createIntegratorStore } from '../../shared/storage/oauth/integrator-rows.ts'
import { createOneTimeRows, type OneTimeRows } from '../../shared/storage/oauth/one-time-rows.ts'
import { createOrganisationStore } from '../../shared/storage/organisations/organisation-rows.ts'
import { createSealedRows } from '../../shared/storage/sealed-rows.ts'
import type { Tables } from '../../shared/storage/table.ts'
import { createKeyWorld, type KeyWorld } from './crypto.ts'

export const PUBLIC_URL = 'https://sync.example'
export const VERIFIER = 'a'.repeat(50)
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')

export const FLOWAGENT = {
  clientId: 'flowagent',
  name: 'FlowAgent',
  secrets: ['flowagent-secret-flowagent-secret-flowagent-secret'],
  redirectUris: ['https://flowagent.example/connected'],
  scopes: ['read_events', 'create_event', 'delete_event'],
  pkce: 'required',
  permission: 'sandbox',
} satisfies Registration

export const PLANNER = {
  ...FLOWAGENT,
  clientId: 'planner',
  name: 'Planner',
  secrets: ['planner-secret-planner-secret-planner-secret-'],
  redirectUris: ['https://planner.example/back?tab=1'],
  pkce: 'optional',
} satisfies Registration

/** The cookie of a browser that never saw our page. */
export const OTHER_BROWSER = `__Host-fas-browser-${'b'.repeat(22)}=${'b'.repeat(43)}`

/** Our key of the calendar that everybody has. */
export const CALENDAR = 'c'.repeat(22)

export const ANNA = {
  tenantId: '5f2d8c1e-0000-4000-8000-000000000001',
  objectId: '5f2d8c1e-0000-4000-8000-000000000002',
  username: 'anna@contoso.example',
  name: 'Anna Holm',
}

/** Microsoft as a test wants it: `redeem` does what `answer` says and counts. */
export interface FakeEntra extends Entra {
  readonly tickets: SignInTicket[]
  redeemed: number
  answer: () => Promise<SignedIn>
}

function createFakeEntra(): FakeEntra {
  const entra: FakeEntra = {
    tickets: [],
    redeemed: 0,
    answer: async () => ({
      identity: ANNA,
      standing: { roles: [], groups: [], appRoles: [] },
      tokenCache: 'canary-token-cache',
    }),
    async authorizeUrl(ticket) {
      entra.tickets.push(ticket)
      return `https://login.example/authorize?state=${ticket.state}`
    },
    adminConsentUrl: (state) => `https://login.example/adminconsent?state=${state}`,
    redeem() {
      entra.redeemed += 1
      return entra.answer()
    },
    accessToken: async (tokenCache) => ({ accessToken: 'graph', expiresAt: epochMs(0), tokenCache }),
  }
  return entra
}

export interface OAuthWorld extends Pick<KeyWorld, 'clock' | 'tables'> {
  readonly oauth: OAuthApi
  readonly entra: FakeEntra
  readonly oneTime: OneTimeRows
  /** Identities that were stored as accounts. */
  readonly connected: string[]
  /** Ids of accounts that are there no more. */
  readonly erased: Set<string>
  /** Accounts that an integrator let go of. */
  readonly revoked: string[]
  readonly logged: string[]
  /** When the tables were put back from a backup. */
  readonly restored: { at: EpochMs | undefined }
}

/** A whole OAuth server with two integrators. `wrap` puts something between it and its tables. */
export async function createOAuthWorld(wrap: (tables: Tables) => Tables = (tables) => tables): Promise<OAuthWorld> {
  const { clock, tables, vault, instance } = createKeyWorld()
  const keys = instance()
  const [blind, rows, wrapped] = [await keys.blindIndex(), createSealedRows(keys), wrap(tables)]
  const oneTime = createOneTimeRows(wrapped, rows, blind, clock)
  const entra = createFakeEntra()
  const organisations = createOrganisationStore(wrapped, rows, blind, () => undefined)
  const organisation = { tenantId: ANNA.tenantId, state: 'installed', installedBy: 'acc_administrator' } as const
  await organisations.save({ ...organisation, installedAt: clock.now(), restriction: UNRESTRICTED })
  const [connected, revoked, logged]: [string[], string[], string[]] = [[], [], []]
  const erased = new Set<string>()
  const restored: OAuthWorld['restored'] = { at: undefined }
  const log: Log = (level, event, facts) => logged.push(JSON.stringify({ level, event, ...facts }))
  const stores = { store: createTrailStore(wrapped, rows), checkpoints: createCheckpointStore(wrapped, rows) }
  const audit = createAudit({ ...stores, blind, vault, clock, random: systemRandom, log })
  const oauth = createOAuthApi({
    starts: createStarts(clock),
    publicUrl: PUBLIC_URL,
    entra,
    admission: createAdmission({ store: organisations, clock }),
    audit,
    count: async () => undefined,
    restoredAt: () => restored.at,
    accounts: {
      async connect({ objectId }) {
        connected.push(objectId)
        return { accountId: `acc_${objectId}`, profileId: `pro_${objectId}` }
      },
      expect: async () => undefined,
      mayConnect: async () => undefined,
      idOf: ({ objectId }) => `acc_${objectId}`,
      isKnown: async (account) => !erased.has(account),
      calendarNames: async () => new Map([[CALENDAR, 'Team calendar']]),
      async revoked(accountId) {
        revoked.push(accountId)
      },
    },
    stores: {
      integrators: createIntegratorStore(wrapped, rows, blind),
      grants: createGrantStore(wrapped, rows, blind, log),
      ...oneTime,
    },
    blind,
    clock,
    random: systemRandom,
    log,
  })
  await oauth.integrators.register(FLOWAGENT)
  await oauth.integrators.register(PLANNER)
  return { oauth, entra, oneTime, connected, erased, revoked, logged, restored, clock, tables }
}

interface RequestInit {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

export function request(address: string, { method = 'GET', headers = {}, body = '' }: RequestInit = {}): ApiRequest {
  const url = new URL(address, PUBLIC_URL)
  return { method, url, headers: new Headers(headers), params: {}, requestId: 'request-1', body: async () => body }
}

export const form = (address: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  request(address, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  })

/** A code that was issued for the integrator without the detour over the browser. */
export const issueCode = (
  { oauth }: OAuthWorld,
  {
    integrator = FLOWAGENT as Registration,
    accountId = 'acc_anna',
    pkce = true,
    unrestricted = false,
    scopes = ['read_events'] as readonly Scope[],
  } = {},
): Promise<string> =>
  oauth.grants.issueCode({
    clientId: integrator.clientId,
    accountId,
    profile: { id: 'pro_anna', name: 'anna@contoso.example' },
    scopes,
    unrestricted,
    redirectUri: integrator.redirectUris[0] ?? '',
    challenge: pkce ? CHALLENGE : undefined,
  })

/** The fields a well-behaved integrator sends to redeem `code`. */
export const redemption = (code: string, integrator: Registration = FLOWAGENT): Record<string, string> => ({
  grant_type: 'authorization_code',
  client_id: integrator.clientId,
  client_secret: integrator.secrets[0] ?? '',
  redirect_uri: integrator.redirectUris[0] ?? '',
  code,
  code_verifier: VERIFIER,
})

export const refreshing = (token: string, integrator: Registration = FLOWAGENT): Record<string, string> => ({
  grant_type: 'refresh_token',
  client_id: integrator.clientId,
  client_secret: integrator.secrets[0] ?? '',
  refresh_token: token,
})

/** The status and the parsed body of an answer of the token endpoint. */
export async function tokens({ oauth }: OAuthWorld, fields: Record<string, string>) {
  return parsed(await oauth.token(form('/oauth/token', fields)))
}

export const parsed = ({ status, body }: ApiResponse): { status: number; body: Record<string, string> } => ({
  status,
  body: JSON.parse(body),
})

/** How the token endpoint refuses. */
export const refused = (error: string) => ({ status: 400, body: oauthError(error) })

/** Whether a request with this access token gets in. */
export const isLive = ({ oauth }: OAuthWorld, accessToken: string): Promise<boolean> =>
  oauth.authenticate(request('/v1/account', { headers: { authorization: `Bearer ${accessToken}` } })).then(
    () => true,
    () => false,
  )

/** `GET /oauth/authorize` of FlowAgent; a changed parameter that is empty is left out. */
export function askingFor(changed: Record<string, string> = {}, headers: Record<string, string> = {}): ApiRequest {
  const asked = {
    response_type: 'code',
    client_id: FLOWAGENT.clientId,
    redirect_uri: FLOWAGENT.redirectUris[0] ?? '',
    scope: 'read_events',
    state: 'xyz',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...changed,
  }
  const params = Object.entries(asked).filter(([, value]) => value !== '')
  return request(`/oauth/authorize?${new URLSearchParams(params)}`, { headers })
}

/** What the consent page would post, and the cookie of the browser that got it. */
export async function consentForm({ oauth }: OAuthWorld) {
  const { body, headers } = await oauth.authorize(askingFor())
  const inputs = [...body.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value])
  const fields: Record<string, string> = { ...Object.fromEntries(inputs), decision: 'continue' }
  return { fields, cookie: headers['set-cookie']?.split(';')[0] ?? '' }
}

/** The person's answer to the consent page. */
export async function agreeing(world: OAuthWorld, headers: Record<string, string> = {}, changed = {}) {
  const { fields, cookie } = await consentForm(world)
  return form('/oauth/authorize', { ...fields, ...changed }, { cookie, ...headers })
}

/** A person who agreed and came back from Microsoft: what to call the callback with. */
export async function returning(world: OAuthWorld, more: Record<string, string> = { code: 'microsoft-code' }) {
  const post = await agreeing(world)
  await world.oauth.authorize(post)
  const state = world.entra.tickets.at(-1)?.state ?? ''
  const cookie = post.headers.get('cookie') ?? ''
  return { state, cookie, request: back({ state, ...more }, cookie) }
}

/** `GET /oauth/callback` */
export const back = (params: Record<string, string>, cookie: string): ApiRequest =>
  request(`/oauth/callback?${new URLSearchParams(params)}`, { headers: { cookie } })
