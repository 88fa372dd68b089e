import { beforeEach, expect, test } from 'vitest'
import { SAMPLE } from '../../infra/local/settings.ts'
import { oauthFailure } from '../../shared/api/failure.ts'
import { failurePage } from '../../shared/api/oauth/failure-page.ts'
import type { ApiRequest } from '../../shared/api/request.ts'
import type { ApiResponse } from '../../shared/api/response.ts'
import { asSyncError } from '../../shared/core/errors.ts'
import { hours } from '../../shared/core/time.ts'
import { callApi } from '../support/api.ts'
import { type Client, PLANNER, registerClient, tokensFor } from '../support/authorization.ts'
import { tableRequests } from '../support/counted-tables.ts'
import { askingFor, form, request } from '../support/oauth.ts'
import { createVisitor } from '../support/oauth-browser.ts'
import { type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

/** An integrator that may change what it created, unless a person allows it more. */
const CAREFUL: Client = { ...SAMPLE, clientId: 'careful', secret: SAMPLE.secret.replace('0001', '0003') }

let fixture: ServiceFixture
let anna: Reading

beforeEach(async () => {
  fixture = await startService()
  anna = await startReading(fixture)
  await failOnce()
})

/** The first failure of a kind in a minute goes into the audit trail, whoever it was. */
async function failOnce(): Promise<void> {
  await api(`Bearer ${NOBODY}`)
  for (const endpoint of ['token', 'revoke'] as const)
    await oauth(endpoint, { client_id: 'nobody', client_secret: 'x', grant_type: 'refresh_token', refresh_token: 'x' })
  const { clientId: client_id, secret: client_secret } = SAMPLE
  await oauth('token', { client_id, client_secret, grant_type: 'refresh_token', refresh_token: 'x' })
}

const NOBODY = `fas_at_${'a'.repeat(44)}.${'b'.repeat(43)}`

/** What somebody sees who cannot look inside: the answer without its time and request id, and how much work it was. */
async function seen(answer: () => Promise<{ status: number; headers: object; body: unknown }>) {
  const before = tableRequests(fixture.counters)
  const { status, headers, body } = await answer()
  const { 'ratelimit-remaining': _, ...said } = headers as Record<string, string>
  return { status, headers: said, body, requests: tableRequests(fixture.counters) - before }
}

/** The answer of an OAuth endpoint, as its function gives it. */
const oauth = (endpoint: 'token' | 'revoke', fields: Record<string, string>) =>
  seen(() => answered(fixture.service.oauth[endpoint], form(`/oauth/${endpoint}`, fields)))

const page = (endpoint: 'authorize' | 'permit' | 'reconnect' | 'answer' | 'callback', address: string) =>
  seen(() => answered(fixture.service.oauth[endpoint], request(address), failurePage))

const answered = (
  handler: (asked: ApiRequest) => Promise<ApiResponse>,
  asked: ApiRequest,
  failure: typeof failurePage | typeof oauthFailure = oauthFailure,
): Promise<ApiResponse> => handler(asked).catch(async (error: unknown) => failure(asSyncError(error), 'request-1'))

const api = (authorization: string, method = 'GET', path = '/v1/account', body?: object) =>
  seen(() => callApi(fixture.service, { method, path, headers: { authorization }, ...(body && { body }) }))

/** A known thing and an unknown one look the same, and cost the same. */
const expectAlike = (one: object, other: object) => expect(one).toEqual(other)

test('the token endpoint tells an unknown client from a wrong secret by nothing', async () => {
  const code = { grant_type: 'authorization_code', code: 'x', redirect_uri: SAMPLE.redirectUri, code_verifier: 'v' }
  const refresh = { grant_type: 'refresh_token', refresh_token: 'x' }
  for (const grant of [code, refresh]) {
    const unknown = await oauth('token', { ...grant, client_id: 'nobody', client_secret: SAMPLE.secret })
    expectAlike(await oauth('token', { ...grant, client_id: SAMPLE.clientId, client_secret: 'wrong' }), unknown)
    const secretless = await oauth('token', { ...grant, client_id: 'nobody' })
    expectAlike(await oauth('token', { ...grant, client_id: SAMPLE.clientId }), secretless)
    expectAlike(await oauth('token', { ...grant, client_id: SAMPLE.clientId, client_secret: PLANNER.secret }), unknown)
    expect(unknown).toMatchObject({ status: 400, requests: 1 })
  }
})

test('the revocation endpoint tells an unknown client from a wrong secret, and an unknown token from one of others, by nothing', async () => {
  const unknown = await oauth('revoke', { client_id: 'nobody', client_secret: SAMPLE.secret, token: NOBODY })
  expectAlike(await oauth('revoke', { client_id: SAMPLE.clientId, client_secret: 'wrong', token: NOBODY }), unknown)
  const planner = { client_id: PLANNER.clientId, client_secret: PLANNER.secret }
  const { access_token: foreign } = await tokensFor(fixture.service, anna.person)
  expectAlike(
    await oauth('revoke', { ...planner, token: foreign }),
    await oauth('revoke', { ...planner, token: NOBODY }),
  )
})

test('a refresh token that is unknown, of another integrator, or of another kind is refused alike', async () => {
  const planner = { grant_type: 'refresh_token', client_id: PLANNER.clientId, client_secret: PLANNER.secret }
  const { access_token, refresh_token } = await tokensFor(fixture.service, anna.person)
  const unknown = await oauth('token', { ...planner, refresh_token: `fas_rt_${NOBODY.slice(7)}` })
  expectAlike(await oauth('token', { ...planner, refresh_token }), unknown)
  expect(await oauth('token', { ...planner, refresh_token: access_token })).toMatchObject({
    ...unknown,
    requests: unknown.requests - 1,
  })
})

test('an access token that is unknown, changed, expired or revoked is refused alike, for one table request', async () => {
  const { access_token: token, refresh_token } = await tokensFor(fixture.service, anna.person)
  const unknown = await api(`Bearer ${NOBODY}`)
  expect(unknown).toMatchObject({ status: 401, requests: 1 })
  expectAlike(await api(`Bearer ${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`), unknown)
  await fixture.clock.advance(hours(2))
  // Whoever asks first after the keys were dropped from memory brings them back.
  await api(`Bearer ${token}`)
  await failOnce()
  expectAlike(await api(`Bearer ${token}`), unknown)
  const credentials = { client_id: SAMPLE.clientId, client_secret: SAMPLE.secret }
  await oauth('revoke', { ...credentials, token: refresh_token })
  expectAlike(await api(`Bearer ${token}`), unknown)
})

test("a client secret that is nobody's and one that has ended are refused alike, for the same requests", async () => {
  const body = { participants: [], required_duration: { minutes: 30 }, query_periods: [] }
  const ask = (secret: string) => api(`Bearer ${secret}`, 'POST', '/v1/availability', body)
  const unknown = await ask('n'.repeat(43))
  await fixture.service.oauth.integrators.remove(PLANNER.clientId)
  expectAlike(await ask(PLANNER.secret), unknown)
  expect(unknown.status).toBe(401)
})

test('ids of others and ids of nobody are answered alike, for the same requests', async () => {
  const reader = await anna.reader()
  const { authorization } = reader.authorization()
  const bent = await startReading(fixture, { seed: 2 })
  const { body } = await (await bent.reader()).get('/v1/calendars')
  const [calendar] = body['calendars'] as { calendar_id: string }[]
  const events = await (await bent.reader()).get('/v1/events?tzid=Etc/UTC')
  const [event] = events.body['events'] as { event_uid: string }[]
  // Whoever asks first brings the account's key and state into memory.
  expect((await reader.get('/v1/events?tzid=Etc/UTC')).status).toBe(200)
  const pairs = [
    ['GET', `/v1/events/${event?.event_uid}`, `/v1/events/evt_${'x'.repeat(22)}`],
    ['DELETE', `/v1/calendars/${calendar?.calendar_id}/events`, `/v1/calendars/cal_${'x'.repeat(22)}/events`],
  ]
  for (const [method, foreign = '', nobodys = ''] of pairs) {
    const unknown = await api(authorization, method, nobodys, { event_id: 'x' })
    expect(unknown.status).toBe(404)
    expectAlike(await api(authorization, method, foreign, { event_id: 'x' }), unknown)
  }
})

test('a link to a permission that is over and one that never was show the same page, for the same requests', async () => {
  await registerClient(fixture.service, CAREFUL, 'sandbox')
  const careful = await fixture.connect(anna.person, CAREFUL)
  const { body } = await careful.get('/v1/calendars')
  const [calendar] = body['calendars'] as { calendar_id: string }[]
  const asked = await careful.send('POST', '/v1/permissions', {
    permissions: [{ calendar_id: calendar?.calendar_id, permission_level: 'unrestricted' }],
    redirect_uri: CAREFUL.redirectUri,
  })
  const { url } = asked.body['permissions_request'] as { url: string }
  expect((await page('permit', url)).status).toBe(200)
  await fixture.clock.advance(hours(1))
  // Whoever asks first after the keys were dropped from memory brings them back.
  await page('permit', url)
  const over = await page('permit', url)
  expect(over.status).toBe(400)
  expectAlike(await page('permit', `/oauth/permissions?request=${'x'.repeat(43)}`), over)
})

test('a question that was answered, a sign-in that was used, and one that never was show the same page, for the same requests', async () => {
  const { oauth } = fixture.service
  await fixture.connect(anna.person, PLANNER, 'read_events')
  let state = ''
  const callback = (asked: ApiRequest) => {
    state = asked.url.searchParams.get('state') ?? ''
    return oauth.callback(asked)
  }
  const visitor = createVisitor({ ...oauth, callback }, () => anna.person.oid)
  const more = { client_id: PLANNER.clientId, redirect_uri: PLANNER.redirectUri, scope: 'read_events delete_event' }
  const asked = await visitor.press(await visitor.open(askingFor(more).url.href), 'continue')
  const [, question = ''] = /name="question" value="([\w-]{43})"/.exec(asked.body) ?? []
  expect((await visitor.press(asked, 'continue')).left?.searchParams.get('code')).toBeTruthy()
  const never = 'x'.repeat(43)
  for (const [endpoint, known, unknown] of [
    ['answer', `/oauth/answer?question=${question}`, `/oauth/answer?question=${never}`],
    ['callback', `/oauth/callback?state=${state}&code=x`, `/oauth/callback?state=${never}&code=x`],
  ] as const) {
    const over = await page(endpoint, known)
    expect(over).toMatchObject({ status: 400, body: expect.stringContaining('SIGN_IN_ALREADY_USED') })
    expectAlike(await page(endpoint, unknown), over)
  }
})

test('a link to connect again that is over and one that never was show the same page', async () => {
  const reader = await anna.reader()
  const { account_id: account } = (await reader.get('/v1/account')).body['account'] as { account_id: string }
  const link = fixture.service.oauth.reconnectUrl({ account, clientId: SAMPLE.clientId })
  expect((await page('reconnect', link)).status).toBe(200)
  await fixture.service.oauth.grants.revokeAccount(account)
  const { requests, ...over } = await page('reconnect', link)
  const { requests: none, ...never } = await page('reconnect', `/oauth/reconnect?link=${'x'.repeat(75)}`)
  expectAlike(over, never)
  // Nothing is looked for before the link has shown that it is ours, so who guesses learns no more from the work.
  expect([over.status, none]).toEqual([400, 0])
  expect(requests).toBeGreaterThan(0)
})

test('at the edge nothing tells which accounts there are: asking for one that is not there costs an unknown client no more', async () => {
  const unknown = await page(
    'authorize',
    `/oauth/authorize?client_id=nobody&login_hint=${anna.person.userPrincipalName}`,
  )
  expectAlike(await page('authorize', '/oauth/authorize?client_id=nobody&login_hint=nobody@contoso.example'), unknown)
  expect(unknown.requests).toBe(1)
})
