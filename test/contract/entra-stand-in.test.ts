import { generateKeyPairSync } from 'node:crypto'
import { CryptoProvider, InteractionRequiredAuthError, ServerError } from '@azure/msal-node'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { minutes } from '../../shared/core/time.ts'
import {
  APP,
  createVisitor,
  msalClient,
  REDIRECT_URI,
  SCOPES,
  SIGNING_APP,
  SIGNING_KEY,
  startEntra,
} from '../support/entra.ts'

let entra: Awaited<ReturnType<typeof startEntra>>
beforeEach(async () => {
  entra = await startEntra()
})
afterEach(() => entra.close())

const authorizeUrl = (changes: Record<string, string> = {}) =>
  `${entra.base}/organizations/oauth2/v2.0/authorize?${new URLSearchParams({
    client_id: APP.clientId,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: `${SCOPES.join(' ')} openid profile offline_access`,
    state: 'the-state',
    ...changes,
  })}`

/** Signs in as Anna and agrees. */
async function codeOf(changes: Record<string, string> = {}): Promise<string> {
  const visitor = createVisitor()
  await visitor.open(authorizeUrl(changes))
  const answer = await visitor.signIn(entra.anna.userPrincipalName)
  const back = answer.searchParams.has('code') ? answer : await visitor.press('accept')
  return back.searchParams.get('code') ?? ''
}

const redeem = async (form: Record<string, string>) => {
  const response = await fetch(`${entra.base}/organizations/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: APP.clientId, client_secret: APP.clientSecret, ...form }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const redeemCode = (code: string, more: Record<string, string> = {}) =>
  redeem({ grant_type: 'authorization_code', redirect_uri: REDIRECT_URI, code, ...more })

/** The whole sign-in through the real library. */
async function connectWithMsal() {
  const client = msalClient(entra.base)
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes()
  const request = { scopes: SCOPES, redirectUri: REDIRECT_URI, state: 's1', nonce: 'n1' }
  const url = await client.getAuthCodeUrl({ ...request, codeChallenge: challenge, codeChallengeMethod: 'S256' })
  const visitor = createVisitor()
  await visitor.open(url)
  const answer = await visitor.signIn(entra.anna.userPrincipalName)
  const back = answer.searchParams.has('code') ? answer : await visitor.press('accept')
  const code = back.searchParams.get('code') ?? ''
  const result = await client.acquireTokenByCode(
    { ...request, code, codeVerifier: verifier },
    { code, nonce: 'n1', state: 's1' },
  )
  return { client, result, account: result.account ?? fail('no account') }
}

function fail(message: string): never {
  throw new Error(message)
}

test('the real library signs a person in with PKCE and nonce and learns who it is', async () => {
  const { result } = await connectWithMsal()
  expect(result.account?.homeAccountId).toBe(`${entra.anna.oid}.${entra.anna.tid}`)
  expect(result.account?.username).toBe(entra.anna.userPrincipalName)
  expect(result.scopes).toEqual(expect.arrayContaining(SCOPES))
  expect(entra.tokens.verify(result.accessToken)).toMatchObject({ oid: entra.anna.oid, appId: APP.clientId })
})

test('the real library refreshes, and the refresh token before still works', async () => {
  const { client, account } = await connectWithMsal()
  const before = client.getTokenCache().serialize()
  const first = await client.acquireTokenSilent({ account, scopes: SCOPES, forceRefresh: true })
  expect(client.getTokenCache().serialize()).not.toBe(before)
  client.getTokenCache().deserialize(before)
  const second = await client.acquireTokenSilent({ account, scopes: SCOPES, forceRefresh: true })
  expect(second.accessToken).not.toBe(first.accessToken)
})

test('revoked sessions end refreshing with a refusal that asks for a new sign-in', async () => {
  const { client, account } = await connectWithMsal()
  await entra.control(`people/${entra.anna.oid}`, { revokeSessions: true })
  const refresh = client.acquireTokenSilent({ account, scopes: SCOPES, forceRefresh: true })
  await expect(refresh).rejects.toBeInstanceOf(InteractionRequiredAuthError)
})

test('a disabled person cannot refresh, and can again when enabled', async () => {
  const { client, account } = await connectWithMsal()
  const refresh = () => client.acquireTokenSilent({ account, scopes: SCOPES, forceRefresh: true })
  await entra.control(`people/${entra.anna.oid}`, { disabled: true })
  await expect(refresh()).rejects.toMatchObject({ errorCode: 'invalid_grant', errorNo: 50057 })
  await entra.control(`people/${entra.anna.oid}`, { disabled: false })
  await expect(refresh()).resolves.toBeDefined()
})

test('a wrong client secret is an error of ours and no reason to sign in again', async () => {
  const code = await codeOf()
  const attempt = msalClient(entra.base, { clientSecret: 'wrong' }).acquireTokenByCode({
    code,
    scopes: SCOPES,
    redirectUri: REDIRECT_URI,
  })
  await expect(attempt).rejects.toBeInstanceOf(ServerError)
  await expect(attempt).rejects.toMatchObject({ errorCode: 'invalid_client', errorNo: 7000215 })
})

test('an assertion signed with the registered key proves the application, one signed with another key does not', async () => {
  const attempt = async (privateKey: string) => {
    const clientCertificate = { thumbprintSha256: 'ab'.repeat(32), privateKey }
    const client = msalClient(entra.base, { clientId: SIGNING_APP.clientId, clientCertificate })
    const code = await codeOf({ client_id: SIGNING_APP.clientId })
    return client.acquireTokenByCode({ code, scopes: SCOPES, redirectUri: REDIRECT_URI })
  }
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  expect((await attempt(SIGNING_KEY)).account?.localAccountId).toBe(entra.anna.oid)
  await expect(attempt(other.export({ type: 'pkcs8', format: 'pem' }).toString())).rejects.toMatchObject({
    errorCode: 'invalid_client',
    errorNo: 700027,
  })
})

test('an access token lives about an hour and not longer', async () => {
  const { result } = await connectWithMsal()
  const lifetime = (entra.tokens.verify(result.accessToken)?.expiresAt ?? 0) - entra.world.clock.now()
  expect(lifetime).toBeGreaterThanOrEqual(minutes(59))
  expect(lifetime).toBeLessThanOrEqual(minutes(71))
})

test('a token whose content was changed is not accepted', () => {
  const [head, body, signature] = entra.tokens.issue(entra.anna, ['Calendars.Read']).split('.')
  const claims = JSON.parse(Buffer.from(body ?? '', 'base64url').toString())
  const forged = Buffer.from(JSON.stringify({ ...claims, oid: entra.bo.oid })).toString('base64url')
  expect(entra.tokens.verify(`${head}.${forged}.${signature}`)).toBeUndefined()
})

test('a refusal has the members of Entra and no others', async () => {
  const { status, body } = await redeemCode('no-such-code')
  expect(status).toBe(400)
  expect(body).toEqual({
    error: 'invalid_grant',
    error_description: expect.stringMatching(
      /^AADSTS70000: [^\r]+\r\nTrace ID: \S+\r\nCorrelation ID: \S+\r\nTimestamp: /,
    ),
    error_codes: [70000],
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/),
    trace_id: expect.any(String),
    correlation_id: expect.any(String),
    error_uri: expect.any(String),
  })
})

test('a code works once', async () => {
  const code = await codeOf()
  expect((await redeemCode(code)).status).toBe(200)
  expect((await redeemCode(code)).body).toMatchObject({ error: 'invalid_grant', error_codes: [54005] })
})

test('a code is worth nothing after ten minutes', async () => {
  const code = await codeOf()
  entra.pass(minutes(10))
  expect((await redeemCode(code)).body).toMatchObject({ error: 'invalid_grant', error_codes: [70008] })
})

test.each([
  { verifier: { code_verifier: 'another-verifier' }, why: 'another verifier' },
  { verifier: {}, why: 'no verifier' },
])('a code that was asked for with a challenge is refused with $why', async ({ verifier }) => {
  const { challenge } = await new CryptoProvider().generatePkceCodes()
  const code = await codeOf({ code_challenge: challenge, code_challenge_method: 'S256' })
  expect((await redeemCode(code, verifier)).body).toMatchObject({ error_codes: [501481] })
})

test.each([
  { form: { grant_type: 'password' }, error: 'unsupported_grant_type', code: 70003 },
  { form: { grant_type: 'refresh_token' }, error: 'invalid_request', code: 900144 },
  {
    form: { grant_type: 'refresh_token', refresh_token: 'x', client_id: 'x' },
    error: 'unauthorized_client',
    code: 700016,
  },
])('the token endpoint answers $error to $form', async ({ form, error, code }) => {
  expect((await redeem(form)).body).toMatchObject({ error, error_codes: [code] })
})

test.each([
  { fault: { code: 50076 }, status: 400, member: { suberror: 'basic_action', error: 'invalid_grant' } },
  { fault: { code: 700082, suberror: 'token_expired' }, status: 400, member: { suberror: 'token_expired' } },
])('the token endpoint fails with $fault once when that is ordered', async ({ fault, status, member }) => {
  await entra.control('faults', { token: [fault] })
  const first = await redeemCode('any')
  expect(first).toMatchObject({ status, body: member })
  expect((await redeemCode('any')).body).toMatchObject({ error_codes: [70000] })
})

test('an ordered outage is a page with Retry-After', async () => {
  await entra.control('faults', { token: [{ status: 503, retryAfter: '7' }] })
  const answer = await fetch(`${entra.base}/organizations/oauth2/v2.0/token`, { method: 'POST' })
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('7')
  expect(answer.headers.get('content-type')).toContain('text/html')
})
