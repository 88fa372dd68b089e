import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import type { Entra } from '../../shared/accounts/ports.ts'
import { createEntra } from '../../shared/microsoft/entra.ts'
import { back, createOAuthWorld, returning } from '../support/oauth.ts'
import { type Outcomes, outcomesOf } from './outcome.ts'
import type { Payload } from './payload-file.ts'

const CLIENT_ID = '3f0e0f2c-6a4f-4d39-9a5e-0d8f6f6f7c11'
const TENANT = '7e1d1f6a-52a5-4a53-8ad0-4f4f0c6c1a01'
const OBJECT = '7e1d1f6a-52a5-4a53-8ad0-4f4f0c6c1a02'
const TICKET = { state: 's'.repeat(43), nonce: 'n'.repeat(43), verifier: 'v'.repeat(43) }
const SCOPE = 'User.Read Calendars.ReadWrite MailboxSettings.Read openid profile offline_access'

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** An ID token as Entra would make it for our ticket. Nobody checks its signature: it comes over our own connection. */
const ID_TOKEN = [
  encoded({ typ: 'JWT', alg: 'RS256' }),
  encoded({
    aud: CLIENT_ID,
    iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    nonce: TICKET.nonce,
    tid: TENANT,
    oid: OBJECT,
    sub: OBJECT,
    preferred_username: 'person@example.com',
  }),
  'signature',
].join('.')

const SIGNED_IN = {
  token_type: 'Bearer',
  expires_in: 3599,
  scope: SCOPE,
  access_token: 'access',
  refresh_token: 'refresh',
  id_token: ID_TOKEN,
  client_info: encoded({ uid: OBJECT, utid: TENANT }),
}

/** An answer of the token endpoint, given to the redeeming of a code and to a refresh. */
export function feedTokenAnswer({ body, status = 200, headers }: Payload): Promise<Outcomes> {
  const answer = { body: body as object, status, headers }
  const ways = { redeem: () => redeemed(answer), refresh: () => refreshed(answer) }
  if (status !== 200) return outcomesOf(ways)
  const withIdToken = { ...answer, body: { ...answer.body, id_token: ID_TOKEN, client_info: SIGNED_IN.client_info } }
  const withScopes = { ...withIdToken, body: { ...withIdToken.body, scope: SCOPE } }
  return outcomesOf({
    ...ways,
    'redeem with our ID token': () => redeemed(withIdToken),
    'redeem with our ID token and scopes': () => redeemed(withScopes),
  })
}

interface Answer {
  readonly body: object
  readonly status: number
  readonly headers: Record<string, string>
}

const redeemed = (answer: Answer): Promise<string> =>
  withEntra(async (entra, answerWith) => {
    answerWith(answer)
    const { identity } = await entra.redeem('code', TICKET)
    return identity.objectId === OBJECT ? 'signed in' : 'SIGNED IN AS ANOTHER'
  })

const refreshed = (answer: Answer): Promise<string> =>
  withEntra(async (entra, answerWith) => {
    answerWith({ body: SIGNED_IN, status: 200, headers: {} })
    const { tokenCache } = await entra.redeem('code', TICKET)
    answerWith(answer)
    await entra.accessToken(JSON.stringify({ ...JSON.parse(tokenCache), AccessToken: {} }))
    return 'refreshed'
  })

/** The real adapter in front of a local token endpoint that answers as it is told. */
async function withEntra(use: (entra: Entra, answerWith: (answer: Answer) => void) => Promise<string>) {
  let current: Answer = { body: {}, status: 500, headers: {} }
  const respond = () => Response.json(current.body, { status: current.status, headers: current.headers })
  const server = serve({ fetch: respond, port: 0, hostname: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  const authority = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const redirectUri = 'https://sync.example/oauth/callback'
  const entra = createEntra({
    authority,
    clientId: CLIENT_ID,
    proof: 'secret',
    redirectUris: { mailbox: redirectUri, identity: redirectUri, installation: redirectUri },
    patience: () => AbortSignal.timeout(10_000),
  })
  try {
    return await use(entra, (answer) => {
      current = answer
    })
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}

/** Browsers that Microsoft sent back: with the recorded state, which is not ours, and with one that is. */
export function feedRedirects({ ok, error }: Payload): Promise<Outcomes> {
  const ways: Record<string, () => Promise<string>> = {}
  for (const [name, address] of Object.entries({ ok, error })) {
    if (address === undefined) continue
    ways[`${name} as it stands`] = () => called(address, false)
    ways[`${name} with our state`] = () => called(address, true)
  }
  return outcomesOf(ways)
}

async function called(address: string, ourState: boolean): Promise<string> {
  const world = await createOAuthWorld()
  const params = Object.fromEntries(new URL(address).searchParams)
  const { state, cookie } = await returning(world)
  const { status } = await world.oauth.callback(back(ourState ? { ...params, state } : params, cookie))
  const [, code = 'no failure'] = /"code":"(\w+)"/.exec(world.logged.join('\n')) ?? []
  return `${status} ${code}`
}
