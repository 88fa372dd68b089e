import { createHash } from 'node:crypto'
import type { Person } from '../../infra/local/microsoft365/world.ts'
import { SAMPLE } from '../../infra/local/settings.ts'
import { apiFailure } from '../../shared/api/failure.ts'
import type { ApiRequest } from '../../shared/api/request.ts'
import type { ApiResponse } from '../../shared/api/response.ts'
import { asSyncError } from '../../shared/core/errors.ts'
import type { Service } from '../../shared/service.ts'
import { form, request } from './oauth.ts'

const VERIFIER = 'a-verifier-that-is-long-enough-for-the-rule-of-43'

/** What an integrator reads of one person. */
export interface Connection {
  get(path: string): Promise<{ status: number; body: Record<string, unknown> }>
}

/** Lets the integrator `sample` into the service. */
export const registerSample = ({ oauth }: Service): Promise<void> =>
  oauth.integrators.register({
    clientId: SAMPLE.clientId,
    name: 'Sample integrator',
    secrets: [SAMPLE.secret],
    redirectUris: [SAMPLE.redirectUri],
    scopes: ['read_events'],
    pkce: 'required',
  })

/** The whole authorization without HTTP: consent page, Microsoft and back, where the code is the person's object id. */
export async function authorize(service: Service, person: Person): Promise<Connection> {
  const { oauth } = service
  const page = await oauth.authorize(request(`/oauth/authorize?${new URLSearchParams(ASKED)}`))
  const cookie = page.headers['set-cookie']?.split(';')[0] ?? ''
  const agreed = form('/oauth/authorize', { ...fieldsOf(page), decision: 'continue' }, { cookie })
  const state = parameterOf(await oauth.authorize(agreed), 'state')
  const back = `/oauth/callback?${new URLSearchParams({ state, code: person.oid })}`
  const code = parameterOf(await oauth.callback(request(back, { headers: { cookie } })), 'code')
  const answer = await oauth.token(form('/oauth/token', { ...REDEEMED, code }))
  const { access_token: token } = JSON.parse(answer.body) as { access_token: string }
  return createConnection(service, token)
}

function createConnection({ read }: Service, token: string): Connection {
  const headers = { authorization: `Bearer ${token}` }
  return {
    async get(path) {
      const asked = request(path, { headers })
      const [, endpoint = '', page] = /^\/v1\/(\w+)(?:\/pages\/(.+))?$/.exec(asked.url.pathname) ?? []
      const handler = page === undefined ? read[endpoint as keyof typeof read] : read.eventsPage
      return answerOf(handler, { ...asked, params: { ...(page && { token: page }) } })
    },
  }
}

async function answerOf(handler: (asked: ApiRequest) => Promise<ApiResponse>, asked: ApiRequest) {
  const failed = (error: unknown) => apiFailure(asSyncError(error), asked.requestId)
  const { status, body } = await handler(asked).catch(failed)
  return { status, body: JSON.parse(body) as Record<string, unknown> }
}

const ASKED = {
  response_type: 'code',
  client_id: SAMPLE.clientId,
  redirect_uri: SAMPLE.redirectUri,
  scope: 'read_events',
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
  new URL(headers['location'] ?? '').searchParams.get(name) ?? ''

const fieldsOf = ({ body }: ApiResponse): Record<string, string> =>
  Object.fromEntries(
    [...body.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  )
