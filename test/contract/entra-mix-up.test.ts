import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createEntra } from '../../shared/microsoft/entra.ts'
import { patient } from '../support/silence.ts'

const TENANT = '5f2d8c1e-0000-4000-8000-000000000001'
const PERSON = '5f2d8c1e-0000-4000-8000-000000000002'
const CLIENT = '5f2d8c1e-0000-4000-8000-000000000003'
const TICKET = { state: 's'.repeat(43), nonce: 'n'.repeat(43), verifier: 'v'.repeat(43) }

const GOOD_CLAIMS = {
  aud: CLIENT,
  iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
  tid: TENANT,
  oid: PERSON,
  sub: 'subject',
  nonce: TICKET.nonce,
  preferred_username: 'anna@contoso.example',
}
const GOOD_SCOPE = 'openid profile User.Read Calendars.ReadWrite MailboxSettings.Read'

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token endpoint that believes everything and answers with the claims and scopes of the test. */
async function startTokenEndpoint() {
  const answer = { claims: GOOD_CLAIMS as Record<string, string | undefined>, scope: GOOD_SCOPE }
  const app = new Hono().post('/organizations/oauth2/v2.0/token', (c) =>
    c.json({
      token_type: 'Bearer',
      access_token: 'graph-token',
      refresh_token: 'refresh-token',
      expires_in: 3600,
      scope: answer.scope,
      id_token: `${encode({ alg: 'none' })}.${encode(answer.claims)}.`,
      client_info: encode({ uid: PERSON, utid: TENANT }),
    }),
  )
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  const authority = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const redeem = () => {
    const redirectUris = {
      mailbox: 'https://sync.example/oauth/callback',
      identity: 'https://sync.example/session/callback',
      installation: 'https://sync.example/install/callback',
    }
    const settings = { authority, clientId: CLIENT, proof: 'secret', redirectUris, patience: patient }
    return createEntra(settings).redeem('code', TICKET)
  }
  return { answer, redeem, close: () => new Promise((resolve) => server.close(resolve)) }
}

let endpoint: Awaited<ReturnType<typeof startTokenEndpoint>>
beforeEach(async () => {
  endpoint = await startTokenEndpoint()
})
afterEach(() => endpoint.close())

test('an answer that is ours in every claim is taken', async () => {
  expect((await endpoint.redeem()).identity).toMatchObject({ tenantId: TENANT, objectId: PERSON })
})

test.each([
  ['for another application', { aud: PERSON }],
  ['of another tenant than its issuer', { tid: PERSON }],
  ['of another issuer', { iss: `https://login.evil.example/${TENANT}/v2.0` }],
  ['of version 1', { iss: `https://sts.windows.net/${TENANT}/` }],
  ['with another nonce', { nonce: 'x'.repeat(43) }],
  ['without a nonce', { nonce: undefined }],
  ['without an object id', { oid: undefined }],
  ['whose object id is an address', { oid: 'anna@contoso.example' }],
])('C2 mix-up: an ID token %s is refused', async (_, claims) => {
  endpoint.answer.claims = { ...GOOD_CLAIMS, ...claims }
  await expect(endpoint.redeem()).rejects.toMatchObject({ code: 'SIGN_IN_MISMATCH' })
})

test.each([
  ['openid profile User.Read MailboxSettings.Read', 'Calendars.ReadWrite'],
  ['openid profile Calendars.Read User.Read MailboxSettings.Read', 'Calendars.ReadWrite'],
])('a sign-in that gave only "%s" is declined', async (scope, missing) => {
  endpoint.answer.scope = scope
  await expect(endpoint.redeem()).rejects.toMatchObject({ code: 'CONSENT_DECLINED', facts: { missing } })
})

test('scopes count however Microsoft writes them', async () => {
  endpoint.answer.scope = 'https://graph.microsoft.com/calendars.readwrite User.Read MailboxSettings.Read openid'
  expect(await endpoint.redeem()).toHaveProperty('tokenCache')
})
