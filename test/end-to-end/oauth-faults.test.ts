import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CountingProxy, type Instead, startCountingProxy } from '../../infra/local/counting-proxy.ts'
import { authorizeUrl, signIn } from '../../infra/local/sample-integrator.ts'
import { SAMPLE } from '../../infra/local/settings.ts'
import { createVisitor } from '../../infra/local/visitor.ts'
import { randomToken, systemRandom } from '../../shared/core/random.ts'
import { startTableService, type TableService } from '../bench/table-service.ts'
import { emptyWorld, type RunningSystem, startWholeSystem } from '../support/system.ts'

/** Our OAuth server as integrators and browsers meet it: over HTTP, through the built functions in the Functions host. */
let system: RunningSystem
let tables: TableService
let before: CountingProxy
/** What the tables answer to everything, when they answer something else. */
let trouble: Instead | undefined
let address: string

beforeAll(async () => {
  const world = emptyWorld()
  const [tid = ''] = world.organisations.keys()
  address = world.addPerson({ tid, displayName: 'Anna Holm' }).userPrincipalName
  tables = await startTableService()
  before = await startCountingProxy(tables.url, () => trouble)
  system = await startWholeSystem({ world, settings: { TABLES_URL: before.url } })
})
afterAll(async () => {
  await system.close()
  await before.close()
  await tables.close()
})

type Fields = Readonly<Record<string, string>>

const at = (path: string) => `${system.addresses.sync}${path}`
const challengeOf = (verifier: string) => createHash('sha256').update(verifier).digest('base64url')

/** A link of the sample integrator, with some parameters changed, or left out where they are empty. */
function link(changed: Fields = {}, verifier = randomToken(systemRandom)): URL {
  const url = new URL(authorizeUrl(system.addresses.sync, challengeOf(verifier), 'the-state'))
  for (const [name, value] of Object.entries(changed)) url.searchParams.set(name, value)
  for (const [name, value] of [...url.searchParams]) if (value === '') url.searchParams.delete(name)
  return url
}

/** A person agrees and signs in. @returns what redeems the code that the integrator has got. */
async function redemption(): Promise<Fields> {
  const code_verifier = randomToken(systemRandom)
  const { url } = await signIn(createVisitor(), link({}, code_verifier).href, address, SAMPLE.redirectUri)
  return { grant_type: 'authorization_code', code: url.searchParams.get('code') ?? '', code_verifier, ...CLIENT }
}

const CLIENT = { client_id: SAMPLE.clientId, client_secret: SAMPLE.secret, redirect_uri: SAMPLE.redirectUri }

async function token(body: Fields | string): Promise<{ status: number; body: Fields }> {
  const answer = await fetch(at('/oauth/token'), { method: 'POST', body: new URLSearchParams(body) })
  return { status: answer.status, body: (await answer.json()) as Fields }
}

const refresh = (refresh_token = '') => token({ grant_type: 'refresh_token', refresh_token, ...CLIENT })

const isLive = async (access = ''): Promise<boolean> =>
  (await fetch(at('/v1/account'), { headers: { authorization: `Bearer ${access}` } })).status === 200

const INVALID_GRANT = { status: 400, body: { error: 'invalid_grant' } }

test('O1: of 50 redemptions of one code at once exactly one gets tokens', async () => {
  const fields = await redemption()
  const answers = await Promise.all(Array.from({ length: 50 }, () => token(fields)))
  const won = answers.filter(({ status }) => status === 200)
  expect(won).toHaveLength(1)
  for (const answer of answers) if (!won.includes(answer)) expect(answer).toMatchObject(INVALID_GRANT)
})

test('O2: a code that is redeemed again is refused, and what it gave ends', async () => {
  const fields = await redemption()
  const { body } = await token(fields)
  expect(await isLive(body['access_token'])).toBe(true)
  expect(await token(fields)).toMatchObject(INVALID_GRANT)
  expect(await isLive(body['access_token'])).toBe(false)
  expect(await refresh(body['refresh_token'])).toMatchObject(INVALID_GRANT)
})

describe('O3: PKCE that is weakened', () => {
  test.each([
    ['no challenge', { code_challenge: '', code_challenge_method: '' }],
    ['the plain method', { code_challenge_method: 'plain' }],
    ['a challenge without a method', { code_challenge_method: '' }],
  ])('by %s is an error to the integrator, and no code', async (_what, changed) => {
    const answer = await fetch(link(changed), { redirect: 'manual' })
    const back = new URL(answer.headers.get('location') ?? '')
    expect([answer.status, back.searchParams.get('error')]).toEqual([303, 'invalid_request'])
    expect(back.searchParams.has('code')).toBe(false)
  })

  test.each([
    ['no verifier', undefined],
    ['a wrong verifier', 'b'.repeat(50)],
  ])('by %s is refused, and uses the code up', async (_what, wrong) => {
    const { code_verifier: right = '', ...fields } = await redemption()
    expect((await token({ ...fields, ...(wrong !== undefined && { code_verifier: wrong }) })).status).toBe(400)
    expect(await token({ ...fields, code_verifier: right })).toMatchObject(INVALID_GRANT)
  })
})

test('O4: a verifier in place of the secret is invalid_client, and leaves the code to who knows the secret', async () => {
  const { client_secret, ...fields } = await redemption()
  for (const secret of [{}, { client_secret: '' }, { client_secret: 'x'.repeat(43) }])
    expect(await token({ ...fields, ...secret })).toMatchObject({ body: { error: 'invalid_client' } })
  expect((await token({ ...fields, client_secret: client_secret ?? '' })).status).toBe(200)
})

test.each([
  ['another path', `${SAMPLE.redirectUri}/../evil`],
  ['another case', SAMPLE.redirectUri.replace('callback', 'Callback')],
  ['another port', SAMPLE.redirectUri.replace('8765', '8766')],
  ['a suffix', `${SAMPLE.redirectUri}/`],
  ['a longer host', SAMPLE.redirectUri.replace('localhost', 'localhost.evil.example')],
  ['user info', SAMPLE.redirectUri.replace('localhost', 'localhost:8765@evil.example')],
  ['another scheme', SAMPLE.redirectUri.replace('http:', 'https:')],
  ['a fragment', `${SAMPLE.redirectUri}#`],
  ['none', ''],
])('O5: a redirect URI with %s is a page, and no redirect', async (_what, redirect_uri) => {
  const answer = await fetch(link({ redirect_uri }), { redirect: 'manual' })
  expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
  expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
  expect(await answer.text()).not.toContain('evil')
})

describe('O6: a refresh token', () => {
  test('that was used, and whose successor was too, ends the grant', async () => {
    const first = await token(await redemption())
    const second = await refresh(first.body['refresh_token'])
    const third = await refresh(second.body['refresh_token'])
    expect(await isLive(third.body['access_token'])).toBe(true)
    expect(await refresh(first.body['refresh_token'])).toMatchObject(INVALID_GRANT)
    expect(await isLive(third.body['access_token'])).toBe(false)
    expect(await refresh(third.body['refresh_token'])).toMatchObject(INVALID_GRANT)
  })

  test('that many use at once gives all of them one token set, and so does one whose answer was lost', async () => {
    const { body } = await token(await redemption())
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(body['refresh_token'])))
    const again = await refresh(body['refresh_token'])
    expect([...answers, again].map(({ status }) => status)).toEqual(Array(21).fill(200))
    expect(new Set([...answers, again].map((one) => one.body['refresh_token'])).size).toBe(1)
  })
})

describe('O7: a parameter', () => {
  test.each(['state=b', 'scope[]=read_events', `client_id=${SAMPLE.clientId}`])(
    'that comes twice or as a list (%s) is 400 where people sign in',
    async (more) => {
      const answer = await fetch(`${link()}&${more}`, { redirect: 'manual' })
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
    },
  )

  test('that comes twice or as a list is 400 where codes are redeemed, and leaves the code alone', async () => {
    const fields = await redemption()
    const body = new URLSearchParams(fields).toString()
    for (const more of [`code=${fields['code']}`, `client_id=${SAMPLE.clientId}`, 'code[]=x'])
      expect(await token(`${body}&${more}`)).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    expect((await token(fields)).status).toBe(200)
  })

  test('of the query is no parameter of the body', async () => {
    const { client_secret = '', ...fields } = await redemption()
    const query = new URLSearchParams({ client_secret })
    const answer = await fetch(at(`/oauth/token?${query}`), { method: 'POST', body: new URLSearchParams(fields) })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(await answer.json()).not.toHaveProperty('access_token')
  })
})

test('O8: what failing tables say of themselves is told to nobody', async () => {
  const fields = await redemption()
  const said = 'AccountKey=canary-of-the-store'
  const value = `${said};EndpointSuffix=core.windows.net`
  trouble = { status: 400, body: JSON.stringify({ 'odata.error': { code: 'InvalidInput', message: { value } } }) }
  const answers = await Promise.all([
    fetch(at('/oauth/token'), { method: 'POST', body: new URLSearchParams(fields) }),
    fetch(link(), { redirect: 'manual' }),
  ]).finally(() => {
    trouble = undefined
  })
  expect(answers.map(({ status }) => status)).toEqual([503, 503])
  const [told = '', page = ''] = await Promise.all(answers.map((answer) => answer.text()))
  expect(JSON.parse(told)).toMatchObject({ error: 'server_error' })
  expect([told, page, ...system.lines].filter((text) => text.includes(said))).toEqual([])
})

describe("C1: Microsoft's answer to a sign-in", () => {
  /** @returns the address that Microsoft sends the browser to, which has not been opened. */
  async function answered() {
    const visitor = createVisitor()
    const { url } = await signIn(visitor, link().href, address, at('/oauth/callback'))
    return { url: url.href, open: () => visitor.fetch(url.href, { redirect: 'manual' }) }
  }
  const codeIn = (answer: Response) => answer.headers.get('location')?.includes('code=') ?? false

  test('redeems nothing in a browser without the cookie or with that of another, and goes on in the right one', async () => {
    const [mine, other] = [await answered(), createVisitor()]
    await other.open(link().href)
    for (const open of [fetch, other.fetch]) {
      const refused = await open(mine.url, { redirect: 'manual' })
      expect([refused.status < 500, refused.status >= 400, codeIn(refused)]).toEqual([true, true, false])
    }
    expect(codeIn(await mine.open())).toBe(true)
  })

  test('is good once, and not with a state that somebody made up', async () => {
    const mine = await answered()
    const forged = new URL(mine.url)
    forged.searchParams.set('state', 's'.repeat(43))
    expect(codeIn(await fetch(forged, { redirect: 'manual' }))).toBe(false)
    expect(codeIn(await mine.open())).toBe(true)
    const again = await mine.open()
    expect([again.status < 500, codeIn(again)]).toEqual([true, false])
  })
})
