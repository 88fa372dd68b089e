import { generateKeyPairSync, sign } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type IdentityEndpoint, startIdentity } from '../../infra/local/identity/start-identity.ts'
import { FEDERATION_AUDIENCE, FEDERATION_ISSUER } from '../../infra/local/identity/tokens.ts'
import { startKeyVault } from '../../infra/local/key-vault/start-key-vault.ts'
import { authenticateClient } from '../../infra/local/microsoft365/entra/applications.ts'
import { openedPath } from '../../infra/local/service-bus/amqp/tokens.ts'
import { epochMs, hours, later, systemClock } from '../../shared/core/time.ts'
import { clientAssertion } from '../../shared/identity/client-assertion.ts'
import { createCredential } from '../../shared/identity/credential.ts'
import { createEntra } from '../../shared/microsoft/entra.ts'
import { IDENTITY } from '../support/secretless.ts'
import { impatient, patient } from '../support/silence.ts'

const HEADER = 'known-to-this-app-only'
const VAULT = 'https://vault.azure.net'
const QUEUES = 'https://servicebus.azure.net/'
const now = { at: systemClock.now() }
const clock = { ...systemClock, now: () => now.at }

let endpoint: IdentityEndpoint
/** Until when the endpoint says nothing. */
let silence = Promise.resolve()

const assigned = [IDENTITY]

// MSAL reads once in a process where the endpoint is.
beforeAll(async () => {
  endpoint = await startIdentity({ header: HEADER, identities: assigned, clock, pause: () => silence })
  vi.stubEnv('IDENTITY_ENDPOINT', endpoint.url)
  vi.stubEnv('IDENTITY_HEADER', HEADER)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await endpoint.close()
})
beforeEach(() => {
  now.at = systemClock.now()
})

const tokenFor = (resource: string, identity = IDENTITY) => endpoint.tokens.issue(identity, resource).token
const STRANGER = { clientId: '11111111-1111-4111-8111-111111111111', principalId: 'somebody-else' }

/** The token with other claims, signed by somebody else. */
function forged(token: string): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const content = token.slice(0, token.lastIndexOf('.'))
  return `${content}.${sign('sha256', Buffer.from(content), privateKey).toString('base64url')}`
}

test.each([
  ['without the header of the app', { header: '' }, 401],
  ['with another header', { header: 'guessed' }, 401],
  ['with another version', { 'api-version': '2017-09-01' }, 400],
  ['of an identity that the app does not have', { client_id: STRANGER.clientId }, 400],
  ['of no identity that is named', { client_id: '' }, 400],
  ['for a resource that is not there', { resource: 'https://vault.example' }, 400],
  ['as the app sends it', {}, 200],
])(
  'a request for a token %s is answered as App Service does',
  async (_, { header = HEADER, ...changes }: Record<string, string>, status) => {
    const query = { resource: VAULT, 'api-version': '2019-08-01', client_id: IDENTITY.clientId, ...changes }
    const answer = await fetch(`${endpoint.url}?${new URLSearchParams(query)}`, {
      headers: { 'x-identity-header': header },
    })
    expect(answer.status).toBe(status)
  },
)

test('the queues open to a token for Service Bus that is not over, and to no other', () => {
  const accepts = endpoint.tokens.accepts(QUEUES, [IDENTITY.principalId])
  const open = (token: string) => openedPath(token, 'sb://localhost/mailbox', { name: '', key: '', accepts }, now.at)
  const token = tokenFor(QUEUES)
  expect(open(token)).toBe('mailbox')
  for (const wrong of [tokenFor(VAULT), tokenFor(QUEUES, STRANGER), forged(token), '', 'a.b.c', `${token}x`])
    expect(() => open(wrong)).toThrow('The token is not valid')
  now.at = later(now.at, hours(25))
  expect(() => open(token)).toThrow('The token is not valid')
})

test('the vault opens to a token for Key Vault, and to no other', async () => {
  const accepts = endpoint.tokens.accepts(VAULT, [IDENTITY.principalId])
  const vault = await startKeyVault({ port: 0, token: 'static', keys: ['signing-key'], accepts })
  const ask = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    return (await fetch(`${vault.url}/keys/signing-key?api-version=7.6`, { headers })).status
  }
  const answers = await Promise.all([tokenFor(VAULT), tokenFor(QUEUES), forged(tokenFor(VAULT)), ''].map(ask))
  expect(answers).toEqual([200, 401, 401, 401])
  await vault.close()
})

test.each([
  ['issuer', { issuer: 'https://login.microsoftonline.com/other/v2.0' }, 700211],
  ['audience', { audience: 'api://other' }, 700212],
  ['subject', { subject: STRANGER.principalId }, 700213],
  [
    'signature',
    {
      publicKey: generateKeyPairSync('rsa', { modulusLength: 2048 })
        .publicKey.export({ type: 'spki', format: 'pem' })
        .toString(),
    },
    700027,
  ],
  ['secret', { secret: 'guessed' }, 7000215],
])(
  'Entra refuses an assertion whose %s is not as registered',
  (_, { secret, ...changes }: Record<string, string>, code) => {
    const federatedCredential = {
      ...{ issuer: FEDERATION_ISSUER, subject: IDENTITY.principalId, audience: FEDERATION_AUDIENCE },
      ...{ publicKey: endpoint.tokens.publicKey, ...changes },
    }
    const app = { clientId: 'app', redirectUris: [], name: 'App', publisher: 'Us', federatedCredential }
    const form = secret === undefined ? { client_assertion: tokenFor(FEDERATION_AUDIENCE) } : { client_secret: secret }
    const attempt = () => authenticateClient([app], { client_id: 'app', ...form }, undefined, now.at)
    expect(attempt).toThrow(`AADSTS${code}`)
  },
)

test('an assertion as registered proves the application until it is over', () => {
  const federatedCredential = {
    ...{ issuer: FEDERATION_ISSUER, subject: IDENTITY.principalId, audience: FEDERATION_AUDIENCE },
    publicKey: endpoint.tokens.publicKey,
  }
  const app = { clientId: 'app', redirectUris: [], name: 'App', publisher: 'Us', federatedCredential }
  const form = { client_id: 'app', client_assertion: tokenFor(FEDERATION_AUDIENCE) }
  expect(authenticateClient([app], form, undefined, now.at).name).toBe('App')
  expect(() => authenticateClient([app], form, undefined, epochMs(now.at + hours(25)))).toThrow('AADSTS700024')
})

const credentialWith = (patience: () => AbortSignal) =>
  createCredential({ isManaged: true, clientId: IDENTITY.clientId, patience })

/** As long as `work` takes, the endpoint takes requests and does not answer. */
async function inSilence(work: () => Promise<void>): Promise<void> {
  let end = () => {}
  silence = new Promise((resolve) => {
    end = resolve
  })
  await work().finally(end)
}

test('many who ask at once, and later, come to one request', async () => {
  const credential = credentialWith(patient)
  const scope = 'https://storage.azure.com/.default'
  const tokens = await Promise.all(Array.from({ length: 20 }, () => credential.getToken(scope)))
  expect(new Set(tokens.map((one) => one?.token)).size).toBe(1)
  expect((await credential.getToken(scope))?.token).toBe(tokens[0]?.token)
  expect(endpoint.issued.filter((one) => one === 'https://storage.azure.com')).toHaveLength(1)
})

test('without a token nobody has to reconnect, and the next one who asks is answered', async () => {
  const credential = credentialWith(patient)
  const redirectUris = {
    mailbox: 'http://localhost/',
    identity: 'http://localhost/',
    installation: 'http://localhost/',
  }
  const proof = clientAssertion(credential)
  const settings = { authority: 'http://localhost:1', clientId: IDENTITY.clientId, proof, redirectUris }
  const entra = createEntra({ ...settings, patience: patient })
  assigned.pop()
  const failed = { code: 'IDENTITY_UNAVAILABLE' }
  await expect(proof()).rejects.toMatchObject(failed)
  const ticket = { state: 's', nonce: 'n', verifier: 'v' } as never
  await expect(entra.redeem('code', ticket)).rejects.toMatchObject(failed)
  assigned.push(IDENTITY)
  await expect(proof()).resolves.toContain('.')
})

test('an endpoint that does not answer is given up, and the next one who asks is answered', async () => {
  let patience = impatient
  const credential = credentialWith(() => patience())
  const scope = 'https://monitor.azure.com/.default'
  await inSilence(async () => {
    await expect(credential.getToken(scope)).rejects.toMatchObject({ code: 'IDENTITY_UNAVAILABLE' })
  })
  patience = patient
  await expect(credential.getToken(scope)).resolves.toMatchObject({ token: expect.stringContaining('.') })
})

test('who has waited long enough is let go, without the others', async () => {
  const credential = credentialWith(patient)
  const scope = 'https://servicebus.azure.net/.default'
  const others: Promise<unknown>[] = []
  await inSilence(async () => {
    others.push(credential.getToken(scope), credential.getToken(scope, { abortSignal: AbortSignal.abort() }))
    const letGo = credential.getToken(scope, { abortSignal: impatient() })
    await expect(letGo).rejects.toMatchObject({ code: 'IDENTITY_UNAVAILABLE' })
  })
  const [first, second] = await Promise.all(others)
  expect(first).toMatchObject({ token: expect.stringContaining('.') })
  expect(second).toEqual(first)
})
