import { createHash } from 'node:crypto'
import type { FunctionsProcess } from '../../infra/local/functions-host/spawn-functions-host.ts'
import { createWorld } from '../../infra/local/microsoft365/world.ts'
import { authorizeUrl, signIn } from '../../infra/local/sample-integrator.ts'
import { SAMPLE } from '../../infra/local/settings.ts'
import { startSystem } from '../../infra/local/system.ts'
import { createVisitor } from '../../infra/local/visitor.ts'
import { randomToken, systemRandom } from '../../shared/core/random.ts'
import { systemClock } from '../../shared/core/time.ts'
import { eventually } from '../support/eventually.ts'
import { freeOffset } from '../support/free-offset.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { CANARY, type Target, type Tokens } from './target.ts'

/** What a running host has besides. */
export interface WholeTarget extends Target, Pick<FunctionsProcess, 'functions' | 'url'> {
  /** A browser of the one who asks, who has just signed in to see what is kept of them. */
  browser(): Promise<typeof fetch>
}

/**
 * The built app in a process of its own, with every stand-in, over HTTP.
 * @param app a folder that holds the built app; it is built here when absent.
 */
export async function startWhole(app?: string): Promise<WholeTarget> {
  const world = createWorld({ clock: systemClock, random: systemRandom })
  const { tid } = world.addOrganisation({ name: 'Contoso', domain: 'contoso.example' })
  const anna = world.addPerson({ tid, displayName: 'Anna Holm' })
  const bent = world.addPerson({ tid, displayName: `Bent ${CANARY}` })
  const today = new Date(systemClock.now()).toISOString().slice(0, 10)
  for (const [person, subject] of [
    [anna, 'Mine'],
    [bent, CANARY],
  ] as const)
    for (let hour = 8; hour < 18; hour++) world.mailboxOf(person.oid).create(oneHour(`${subject} ${hour}`, today, hour))
  const quiet = { log: () => {}, write: () => {} }
  const system = await startSystem({ offset: await freeOffset(), world, ...quiet, ...(app !== undefined && { app }) })
  const { sync } = system.addresses
  const foreign = await tokensOf(sync, bent.userPrincipalName)
  await firstPull(sync, foreign)
  await firstPull(sync, await tokensOf(sync, anna.userPrincipalName))
  return {
    foreign,
    url: sync,
    functions: system.functionsHost().functions,
    async browser() {
      const visitor = createVisitor()
      const accounts = await visitor.open(`${sync}/me/sign-in`)
      await visitor.submit(accounts, { address: anna.userPrincipalName })
      return visitor.fetch
    },
    tokens: () => tokensOf(sync, anna.userPrincipalName),
    async send(_, { method, address, headers, body }) {
      const answer = await fetch(sync + address, {
        method,
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, latin1(value)])),
        redirect: 'manual',
        ...(body !== undefined && method !== 'GET' && { body }),
      })
      return { status: answer.status, headers: answer.headers, body: await answer.text() }
    },
    spareTokens: async () => [],
    rest: async () => {},
    close: () => system.close(),
  }
}

/** A header holds bytes. */
const latin1 = (text: string): string => Buffer.from(text, 'latin1').toString('latin1')

async function tokensOf(sync: string, address: string): Promise<Tokens> {
  const verifier = randomToken(systemRandom)
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const back = await signIn(createVisitor(), authorizeUrl(sync, challenge, 'fuzz'), address, SAMPLE.redirectUri)
  const answer = await fetch(`${sync}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: SAMPLE.clientId,
      client_secret: SAMPLE.secret,
      redirect_uri: SAMPLE.redirectUri,
      code: back.url.searchParams.get('code') ?? '',
      code_verifier: verifier,
    }),
  })
  return (await answer.json()) as Tokens
}

const firstPull = (sync: string, { access_token }: Tokens): Promise<void> =>
  eventually('the first pull is complete', async () => {
    const answer = await fetch(`${sync}/v1/profiles`, { headers: { authorization: `Bearer ${access_token}` } })
    return (await answer.text()).includes('"profile_initial_sync_required":false')
  })
