import { createHash, generateKeyPairSync } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { ConfidentialClientApplication, type Configuration } from '@azure/msal-node'
import { serve } from '@hono/node-server'
import { createFaultControl } from '../../infra/local/microsoft365/control/fault-order.ts'
import { createEntra } from '../../infra/local/microsoft365/entra/entra.ts'
import { noFaults } from '../../infra/local/microsoft365/graph/faults.ts'
import { createWorld } from '../../infra/local/microsoft365/world.ts'
import type { Random } from '../../shared/core/random.ts'
import { type Clock, type DurationMs, later, systemClock } from '../../shared/core/time.ts'

export const APP = {
  clientId: '6d1c4f4e-8a57-4f35-9f0e-6f5f0a6d2b11',
  clientSecret: 'a-secret-for-tests',
  redirectUris: ['http://localhost:7071/connect/return'],
  name: 'Calendar sync',
  publisher: 'Example ApS',
  permissions: ['Calendars.ReadWrite', 'User.Read'],
  groupMembershipClaims: 'All' as const,
}
export const REDIRECT_URI = 'http://localhost:7071/connect/return'
export const SCOPES = ['Calendars.ReadWrite', 'User.Read']

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** Proves itself with a signed assertion. */
export const SIGNING_APP = {
  ...APP,
  clientId: '0b9d7a5c-1c36-4b0a-a7b2-1a7d2e0f9c55',
  assertionKey: keys.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
}
export const SIGNING_KEY = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

/** Bytes that look random and are the same in every run. */
function countedRandom(): Random {
  let count = 0
  return {
    bytes(length) {
      count += 1
      const block = createHash('sha512').update(String(count)).digest()
      return Uint8Array.from({ length }, (_, at) => block[at % block.length] ?? 0)
    },
  }
}

/** Stands still until it is told to go on. It starts at the real time, because MSAL dates its assertions itself. */
function handClock() {
  let now = systemClock.now()
  const clock: Clock = { now: () => now, sleep: () => Promise.resolve() }
  const pass = (time: DurationMs): void => {
    now = later(now, time)
  }
  return { clock, pass }
}

/** Entra with two organisations, on a port of its own. */
export async function startEntra() {
  const { clock, pass } = handClock()
  const world = createWorld({ clock, random: countedRandom() })
  const contoso = world.addOrganisation({ name: 'Contoso Nordic', domain: 'contoso.example' })
  const fabrikam = world.addOrganisation({ name: 'Fabrikam', domain: 'fabrikam.example', allowsUserConsent: false })
  const anna = world.addPerson({ tid: contoso.tid, displayName: 'Anna Holm' })
  const bo = world.addPerson({ tid: fabrikam.tid, displayName: 'Bo Lind' })
  const chef = world.addPerson({ tid: fabrikam.tid, displayName: 'Carla Admin', isAdministrator: true })
  const faults = noFaults()
  const { app, tokens } = createEntra({ world, applications: [APP, SIGNING_APP], faults })
  app.route('/', createFaultControl(faults))
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    base,
    world,
    tokens,
    pass,
    contoso,
    fabrikam,
    anna,
    bo,
    chef,
    control: (path: string, body: unknown) => fetch(`${base}/_control/${path}`, json(body)),
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

const json = (body: unknown) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** A client of the real library that talks to `base` as it would talk to Entra. */
export function msalClient(base: string, auth: Partial<Configuration['auth']> = { clientSecret: APP.clientSecret }) {
  const endpoint = `${base}/organizations/oauth2/v2.0`
  return new ConfidentialClientApplication({
    auth: {
      clientId: APP.clientId,
      authority: 'https://login.microsoftonline.com/organizations',
      authorityMetadata: JSON.stringify({
        issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
        authorization_endpoint: `${endpoint}/authorize`,
        token_endpoint: `${endpoint}/token`,
        end_session_endpoint: `${endpoint}/logout`,
        jwks_uri: `${base}/organizations/discovery/v2.0/keys`,
      }),
      ...auth,
    },
  })
}

/** Somebody with a browser: keeps cookies, reads a page, presses its buttons, stops where the application begins. */
export function createVisitor() {
  let cookie = ''
  let page = { url: '', text: '' }

  async function go(url: string, form?: Record<string, string>): Promise<URL> {
    const body = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }
    const answer = await fetch(url, { ...body, headers: { cookie }, redirect: 'manual' })
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie
    page = { url, text: await answer.text() }
    return new URL(answer.headers.get('location') ?? url)
  }

  return {
    open: (url: string) => go(url),
    signIn: (address: string) => go(page.url, { address }),
    press: (decision: string, more: Record<string, string> = {}) =>
      go(page.url, { oid: page.text.match(/name="oid" value="([^"]+)"/)?.[1] ?? '', decision, ...more }),
    heading: () => page.text.match(/<h1>([^<]*)<\/h1>/)?.[1],
    text: () => page.text,
  }
}
