import { afterEach, beforeEach, expect, test } from 'vitest'
import { createEntra } from '../../shared/microsoft/entra.ts'
import { APP, createVisitor, REDIRECT_URI, startEntra } from '../support/entra.ts'
import { impatient, patient, silences, startSilence } from '../support/silence.ts'

const TICKET = { state: 's'.repeat(43), nonce: 'n'.repeat(43), verifier: 'v'.repeat(43) }

let standIn: Awaited<ReturnType<typeof startEntra>>
beforeEach(async () => {
  standIn = await startEntra()
})
afterEach(() => standIn.close())

const adapter = (changes: { proof?: string; authority?: string; patience?: () => AbortSignal } = {}) =>
  createEntra({
    authority: standIn.base,
    clientId: APP.clientId,
    proof: APP.clientSecret,
    redirectUris: { mailbox: REDIRECT_URI, identity: REDIRECT_URI, installation: REDIRECT_URI },
    patience: patient,
    ...changes,
  })

/** The code Anna brings back from Microsoft's pages. */
async function signIn(ticket = TICKET): Promise<string> {
  const visitor = createVisitor()
  await visitor.open(await adapter().authorizeUrl(ticket))
  const answer = await visitor.signIn(standIn.anna.userPrincipalName)
  const back = answer.searchParams.has('code') ? answer : await visitor.press('accept')
  expect(back.searchParams.get('state')).toBe(ticket.state)
  return back.searchParams.get('code') ?? ''
}

const connect = async () => adapter().redeem(await signIn(), TICKET)

test('a sign-in gives the identity by tenant and object id, and a cache that gives access tokens', async () => {
  const { identity, tokenCache } = await connect()
  const { anna } = standIn
  expect(identity).toEqual({
    tenantId: anna.tid,
    objectId: anna.oid,
    username: anna.userPrincipalName,
    name: anna.displayName,
  })
  const { accessToken } = await adapter().accessToken(tokenCache)
  expect(standIn.tokens.verify(accessToken)).toMatchObject({ oid: anna.oid })
})

test('the sign-in page is asked for the code in the query, with S256, a nonce, and a choice of accounts', async () => {
  const url = new URL(await adapter({ authority: 'https://login.microsoftonline.com' }).authorizeUrl(TICKET))
  expect(`${url.origin}${url.pathname}`).toBe('https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize')
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    response_type: 'code',
    response_mode: 'query',
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    nonce: TICKET.nonce,
    state: TICKET.state,
    prompt: 'select_account',
    scope: 'User.Read Calendars.ReadWrite MailboxSettings.Read openid profile offline_access',
  })
})

test('C2 mix-up: an ID token with the nonce of another sign-in is refused', async () => {
  const code = await signIn({ ...TICKET, nonce: 'x'.repeat(43) })
  await expect(adapter().redeem(code, TICKET)).rejects.toMatchObject({ code: 'SIGN_IN_MISMATCH' })
})

test('a code is redeemed once, and only with the verifier of its sign-in', async () => {
  const code = await signIn()
  const wrong = { ...TICKET, verifier: 'w'.repeat(43) }
  await expect(adapter().redeem(code, wrong)).rejects.toMatchObject({ code: 'SIGN_IN_EXPIRED' })
  const good = await signIn()
  await adapter().redeem(good, TICKET)
  await expect(adapter().redeem(good, TICKET)).rejects.toMatchObject({ code: 'SIGN_IN_EXPIRED' })
})

test.each([
  { code: 65001, expected: 'APPROVAL_REQUIRED' },
  { code: 53003, expected: 'MICROSOFT_REFUSED' },
  { code: 70008, expected: 'SIGN_IN_EXPIRED' },
  { code: 7000215, expected: 'MICROSOFT_CREDENTIAL_REFUSED' },
])('a sign-in that ends with AADSTS$code is $expected', async ({ code, expected }) => {
  const microsoftCode = await signIn()
  await standIn.control('faults', { token: [{ code }] })
  await expect(adapter().redeem(microsoftCode, TICKET)).rejects.toMatchObject({ code: expected })
})

test.each([50173, 50057, 700082, 50076, 53003, 65001, 700016, 7000112])(
  'C3 token-dead: after AADSTS%i only the person can help',
  async (code) => {
    const { tokenCache } = await connect()
    await standIn.control('faults', { token: [{ code }] })
    const refresh = adapter().accessToken(expired(tokenCache))
    await expect(refresh).rejects.toMatchObject({ code: 'RECONNECT_REQUIRED' })
  },
)

test.each([7000215, 7000222])('C3 token-dead: AADSTS%i is our secret, and nobody has to reconnect', async (code) => {
  const { tokenCache } = await connect()
  await standIn.control('faults', { token: [{ code }] })
  const refresh = adapter().accessToken(expired(tokenCache))
  await expect(refresh).rejects.toMatchObject({ code: 'MICROSOFT_CREDENTIAL_REFUSED' })
})

test.each([429, 503])(
  'C3 token-dead: HTTP %i means that Microsoft is away, and the next try succeeds',
  async (status) => {
    const { tokenCache } = await connect()
    // MSAL repeats a failed request once by itself.
    await standIn.control('faults', { token: [{ status }, { status }] })
    const refresh = adapter().accessToken(expired(tokenCache))
    await expect(refresh).rejects.toMatchObject({ code: 'MICROSOFT_UNREACHABLE' })
    await standIn.control('faults', { token: [] })
    expect(await adapter().accessToken(expired(tokenCache))).toHaveProperty('accessToken')
  },
)

test('C3 token-dead: nobody at the other end means that Microsoft is away', async () => {
  const { tokenCache } = await connect()
  const refresh = adapter({ authority: 'http://127.0.0.1:9' }).accessToken(expired(tokenCache))
  await expect(refresh).rejects.toMatchObject({ code: 'MICROSOFT_UNREACHABLE' })
})

test.each(silences)('C3 token-dead: an Entra that %s is away, for a refresh and for a sign-in', async (silence) => {
  const { tokenCache } = await connect()
  const { url, asked } = await startSilence(silence)
  const silent = adapter({ authority: url, patience: impatient })
  const away = { code: 'MICROSOFT_UNREACHABLE' }
  await expect(silent.accessToken(expired(tokenCache))).rejects.toMatchObject(away)
  await expect(silent.redeem('code', TICKET)).rejects.toMatchObject(away)
  expect(asked()).toBeLessThanOrEqual(2)
})

test('a refresh changes the cache, and the changed one goes on working', async () => {
  const { tokenCache } = await connect()
  const refreshed = await adapter().accessToken(expired(tokenCache))
  expect(refreshed.tokenCache).not.toBe(tokenCache)
  expect(await adapter().accessToken(refreshed.tokenCache)).toMatchObject({ accessToken: refreshed.accessToken })
})

test('what Microsoft says about a failure stays out of the message', async () => {
  const { tokenCache } = await connect()
  await standIn.control('faults', { token: [{ code: 50057 }] })
  const error = await adapter()
    .accessToken(expired(tokenCache))
    .catch((reason: unknown) => reason)
  expect(error).toMatchObject({ message: 'Microsoft Entra ID refused', facts: { aadsts: '50057' } })
})

/** The cache without its access tokens, as it is an hour later. */
const expired = (tokenCache: string): string => JSON.stringify({ ...JSON.parse(tokenCache), AccessToken: {} })
