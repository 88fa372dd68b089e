import { createHash } from 'node:crypto'
import type { Person } from '../../infra/local/microsoft365/world.ts'
import { SAMPLE } from '../../infra/local/settings.ts'
import type { ApiResponse } from '../../shared/api/response.ts'
import { SCOPES } from '../../shared/integrators/scopes.ts'
import type { Service } from '../../shared/service.ts'
import { type Answer, type Call, callApi } from './api.ts'
import { form, request } from './oauth.ts'

const VERIFIER = 'a-verifier-that-is-long-enough-for-the-rule-of-43'

/** An integrator's connection to one person. */
export interface Connection {
  get(path: string): Promise<{ status: number; body: Record<string, unknown> }>
  /** Asks for a change. `action` is the path of its status, where it was accepted. */
  send(method: 'POST' | 'DELETE', path: string, body: object): Promise<Sent>
  /** Asks anything, and is given the whole answer. @param service another instance than the one it has connected to. */
  call(call: Call, service?: Service): Promise<Answer>
  /** The header that carries the access token. */
  authorization(): { readonly authorization: string }
  /** Gets tokens that live for another hour. */
  refresh(): Promise<void>
}

export interface Sent {
  readonly status: number
  readonly body: Record<string, unknown>
  readonly action: string
}

/** An integrator as a test registers it. */
export type Client = typeof SAMPLE

/** A second integrator beside `sample`. */
export const PLANNER: Client = { ...SAMPLE, clientId: 'planner', secret: SAMPLE.secret.replace('0001', '0002') }

/** Lets an integrator into the service. */
export const registerClient = (
  { oauth }: Service,
  client: Client,
  permission: 'sandbox' | 'unrestricted' = 'unrestricted',
): Promise<void> =>
  oauth.integrators.register({
    clientId: client.clientId,
    name: `Integrator ${client.clientId}`,
    secrets: [client.secret],
    redirectUris: [client.redirectUri],
    scopes: SCOPES,
    pkce: 'required',
    permission,
  })

export const authorize = async (
  service: Service,
  person: Person,
  client: Client = SAMPLE,
  scope?: string,
): Promise<Connection> => createConnection(service, client, await tokensFor(service, person, client, scope))

/** The whole authorization without HTTP: consent page, Microsoft and back, where the code is the person's object id. */
export async function tokensFor(
  service: Service,
  person: Person,
  client: Client = SAMPLE,
  scope: string = ASKED.scope,
): Promise<Tokens> {
  const { oauth } = service
  const page = await oauth.authorize(
    request(`/oauth/authorize?${new URLSearchParams({ ...ASKED, client_id: client.clientId, scope })}`),
  )
  const cookie = page.headers['set-cookie']?.split(';')[0] ?? ''
  const agreed = form('/oauth/authorize', { ...inputsOf(page), decision: 'continue' }, { cookie })
  const state = parameterOf(await oauth.authorize(agreed), 'state')
  const back = `/oauth/callback?${new URLSearchParams({ state, code: person.oid })}`
  const code = await codeOf(oauth, await oauth.callback(request(back, { headers: { cookie } })), cookie)
  const answer = await oauth.token(
    form('/oauth/token', { ...REDEEMED, client_id: client.clientId, client_secret: client.secret, code }),
  )
  return JSON.parse(answer.body) as Tokens
}

/** Somebody who has allowed something before is asked once more, and says yes. */
async function codeOf(oauth: Service['oauth'], answer: ApiResponse, cookie: string): Promise<string> {
  const question = parameterOf(answer, 'question')
  if (question === '') return parameterOf(answer, 'code')
  return parameterOf(await oauth.answer(form('/oauth/answer', { question, decision: 'continue' }, { cookie })), 'code')
}

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

function createConnection(service: Service, client: Client, given: Tokens): Connection {
  const { oauth } = service
  let tokens = given
  const authorization = () => ({ authorization: `Bearer ${tokens.access_token}` })

  async function refresh(): Promise<void> {
    const credentials = { client_id: client.clientId, client_secret: client.secret }
    const fields = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, ...credentials }
    tokens = { ...tokens, ...(JSON.parse((await oauth.token(form('/oauth/token', fields))).body) as Tokens) }
  }

  async function get(path: string) {
    const { status, body } = await call({ path })
    return { status, body: fieldsOf(body) }
  }

  async function send(method: 'POST' | 'DELETE', path: string, sent: object) {
    const { status, body, headers } = await call({ method, path, body: sent })
    const action = headers['location'] === undefined ? '' : new URL(headers['location']).pathname
    return { status, body: fieldsOf(body), action }
  }

  const call: Connection['call'] = ({ headers, ...asked }, other = service) =>
    callApi(other, { ...asked, headers: { ...authorization(), ...headers } })

  return { get, send, call, refresh, authorization }
}

/** An answer without a body has no fields. */
const fieldsOf = (body: unknown) => (body ?? {}) as Record<string, unknown>

const ASKED = {
  response_type: 'code',
  client_id: SAMPLE.clientId,
  redirect_uri: SAMPLE.redirectUri,
  scope: 'read_events create_event delete_event change_participation_status create_calendar',
  state: 'state',
  code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
  code_challenge_method: 'S256',
}

const REDEEMED = {
  grant_type: 'authorization_code',
  client_id: SAMPLE.clientId,
  client_secret: SAMPLE.secret,
  redirect_uri: SAMPLE.redirectUri,
  code_verifier: VERIFIER,
}

const parameterOf = ({ headers }: ApiResponse, name: string): string =>
  new URL(headers['location'] ?? '', 'http://localhost').searchParams.get(name) ?? ''

const inputsOf = ({ body }: ApiResponse): Record<string, string> =>
  Object.fromEntries(
    [...body.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  )
