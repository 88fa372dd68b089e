import { beforeEach, expect, test } from 'vitest'
import { SAMPLE } from '../../infra/local/settings.ts'
import { oauthFailure } from '../../shared/api/failure.ts'
import { failurePage } from '../../shared/api/oauth/failure-page.ts'
import type { ApiRequest } from '../../shared/api/request.ts'
import type { ApiResponse } from '../../shared/api/response.ts'
import { asSyncError } from '../../shared/core/errors.ts'
import { hours } from '../../shared/core/time.ts'
import { callApi } from '../support/api.ts'
import { PLANNER, tokensFor } from '../support/authorization.ts'
import { tableRequests } from '../support/counted-tables.ts'
import { form, request } from '../support/oauth.ts'
import { type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let fixture: ServiceFixture
let anna: Reading

beforeEach(async () => {
  fixture = await startService()
  anna = await startReading(fixture)
})

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

test('ids of others and ids of nobody are answered alike', async () => {
  const authorization = (await anna.reader()).authorization().authorization
  const bent = await startReading(fixture, { seed: 2 })
  const { body } = await (await bent.reader()).get('/v1/calendars')
  const [calendar] = body['calendars'] as { calendar_id: string }[]
  const events = await (await bent.reader()).get('/v1/events?tzid=Etc/UTC')
  const [event] = events.body['events'] as { event_uid: string }[]
  const pairs = [
    [`/v1/events/${event?.event_uid}`, `/v1/events/evt_${'x'.repeat(22)}`],
    [`/v1/calendars/${calendar?.calendar_id}/events`, `/v1/calendars/cal_${'x'.repeat(22)}/events`],
  ]
  for (const [foreign = '', nobodys = ''] of pairs) {
    const method = foreign.endsWith('/events') ? 'DELETE' : 'GET'
    const [one, other] = [foreign, nobodys].map((path) => () => api(authorization, method, path, { event_id: 'x' }))
    const { body: _, requests: __, ...known } = (await one?.()) ?? { body: '', requests: 0 }
    const { body: ___, requests: ____, ...unknown } = (await other?.()) ?? { body: '', requests: 0 }
    expectAlike(known, unknown)
  }
})

test('a link or a question that is over and one that never was show the same page', async () => {
  const never = await page('permit', `/oauth/permissions?request=${'x'.repeat(43)}`)
  expectAlike(await page('permit', `/oauth/permissions?request=${'y'.repeat(43)}`), never)
  const question = await page('answer', `/oauth/answer?question=${'x'.repeat(43)}`)
  const state = await page('callback', `/oauth/callback?state=${'x'.repeat(43)}&code=x`)
  expect([never.status, question.status, state.status]).toEqual([400, 400, 400])
  const link = await page('reconnect', `/oauth/reconnect?link=${'x'.repeat(75)}`)
  expect(link).toMatchObject({ status: 400, requests: 0 })
})

test('at the edge nothing tells which accounts there are: asking for one that is not there costs an unknown client no more', async () => {
  const unknown = await page(
    'authorize',
    `/oauth/authorize?client_id=nobody&login_hint=${anna.person.userPrincipalName}`,
  )
  expectAlike(await page('authorize', '/oauth/authorize?client_id=nobody&login_hint=nobody@contoso.example'), unknown)
  expect(unknown.requests).toBe(1)
})
