import { beforeEach, expect, test } from 'vitest'
import { days } from '../../../shared/core/time.ts'
import {
  ANNA,
  createOAuthWorld,
  FLOWAGENT,
  form,
  isLive,
  issueCode,
  type OAuthWorld,
  PLANNER,
  redemption,
  refreshing,
  request,
  tokens,
} from '../../support/oauth.ts'
import { BENT, type Browser, createBrowser, type Shown } from '../../support/oauth-browser.ts'

/** Accounts are named with 22 characters, other than in the other tests of the OAuth server. */
const PERSON = { ...ANNA, objectId: 'a'.repeat(22) }
const ACCOUNT = `acc_${PERSON.objectId}`

let world: OAuthWorld
let browser: Browser
let granted: Record<string, string>

beforeEach(async () => {
  world = await createOAuthWorld()
  browser = createBrowser(world)
  browser.person = PERSON
  granted = (await tokens(world, redemption(await issueCode(world, { accountId: ACCOUNT })))).body
})

const link = (integrator: string = FLOWAGENT.clientId, account = ACCOUNT) =>
  world.oauth.reconnectUrl({ account, clientId: integrator })

const grantOf = async () => (await world.oauth.grants.ofAccount(ACCOUNT)).map(({ ref, scopes }) => ({ ref, scopes }))

/** A page without what differs from one request to the next. */
const plain = ({ status, body }: Shown) => ({ status, body: body.replace(/Reference: \S+/, '') })

test('a person connects again with the link, and all consents stay as they are', async () => {
  const before = await grantOf()
  const introduction = await browser.open(link())
  expect(introduction.body).toContain('FlowAgent sent you here')
  const page = await browser.press(introduction, 'continue')
  expect([page.status, page.left]).toEqual([200, undefined])
  expect(page.body).toContain('You are connected again')
  expect(page.body).toContain('<a class="button primary" href="https://flowagent.example">Back to FlowAgent</a>')
  expect(world.connected).toEqual([PERSON.objectId])
  expect(await grantOf()).toEqual(before)
  expect(await isLive(world, granted['access_token'] ?? '')).toBe(true)
  expect((await tokens(world, refreshing(granted['refresh_token'] ?? ''))).status).toBe(200)
})

test('before the sign-in nothing about the account is on the page or in the address, nor is anything stored', async () => {
  const rows = world.tables.rows('oauth').length
  const { body } = await browser.open(link())
  expect(`${link()} ${body}`).not.toMatch(/anna|contoso|acc_|read_events/i)
  expect(world.tables.rows('oauth')).toHaveLength(rows)
})

test('the link is the same however often it is told, and is good for as long as the consent', async () => {
  const told = link()
  world.clock.advance(days(29))
  expect(link()).toBe(told)
  expect((await browser.open(told)).status).toBe(200)
  world.clock.advance(days(1))
  expect((await browser.open(told)).body).toContain('This link is no longer good')
})

test.each([
  ['is of an integrator that was removed', () => world.oauth.integrators.remove(FLOWAGENT.clientId)],
  ['is of an integrator without consent', () => world.oauth.grants.revokeIntegrator(ACCOUNT, FLOWAGENT.clientId)],
  ['is of an account that was erased', async () => world.erased.add(ACCOUNT)],
])('a link that %s is refused with the page for a link that never was one', async (_, ends) => {
  const never = plain(await browser.open('/oauth/reconnect'))
  const introduction = await browser.open(link())
  await ends()
  expect(plain(await browser.open(link()))).toEqual(never)
  expect(plain(await browser.press(introduction, 'continue'))).toEqual(never)
  expect([never.status, world.entra.tickets]).toEqual([400, []])
})

test('a link with any character changed, left out or added is no longer good', async () => {
  const told = new URL(link()).searchParams.get('link') ?? ''
  const never = plain(await browser.open('/oauth/reconnect'))
  const changed = [...told].map((one, at) => `${told.slice(0, at)}${one === 'A' ? 'B' : 'A'}${told.slice(at + 1)}`)
  const others = [told.slice(1), told.slice(0, -1), `${told}A`, `${told}=`, `${told}.`, '', told.toLowerCase()]
  for (const tampered of [...changed, ...others])
    expect(plain(await browser.open(`/oauth/reconnect?${new URLSearchParams({ link: tampered })}`))).toEqual(never)
})

test('the link of one account or integrator is not good for another', async () => {
  await tokens(world, redemption(await issueCode(world, { accountId: ACCOUNT, integrator: PLANNER }), PLANNER))
  const [own, other] = [link(), link(PLANNER.clientId)].map((url) => new URL(url).searchParams.get('link') ?? '')
  const mixed = `${own?.slice(0, 65)}${other?.slice(65)}`
  expect((await browser.open(`/oauth/reconnect?link=${mixed}`)).status).toBe(400)
  expect((await browser.open(`/oauth/reconnect?link=${other}`)).body).toContain('Planner sent you here')
})

test('O9: another account that signs in is refused and not stored, and the right one can still sign in', async () => {
  browser.person = BENT
  const refused = await browser.press(await browser.open(link()), 'continue')
  expect([refused.status, world.connected]).toEqual([403, []])
  expect(refused.body).toContain('This is another account')
  expect(refused.body).toContain('href="https://flowagent.example">Back to FlowAgent</a>')
  expect(refused.body).not.toMatch(/anna|bent/i)
  const [, again = ''] = /href="([^"]+)">Try again/.exec(refused.body) ?? []
  browser.person = PERSON
  const page = await browser.press(await browser.open(again), 'continue')
  expect([page.status, world.connected]).toEqual([200, [PERSON.objectId]])
})

test('a consent that ends while the person is at Microsoft connects nothing', async () => {
  const introduction = await browser.open(link())
  const redeem = world.entra.redeem.bind(world.entra)
  world.entra.redeem = async (...asked) => {
    await world.oauth.grants.revokeAccount(ACCOUNT)
    return redeem(...asked)
  }
  const page = await browser.press(introduction, 'continue')
  expect(page.body).toContain('This link is no longer good')
  expect(page.body).not.toContain('Try again')
  expect(world.connected).toEqual([])
})

test('C1 state-csrf: the button works in the browser that was shown the page, and for that link only', async () => {
  const post = (fields: Record<string, string>, cookie = '') =>
    world.oauth.reconnect(form('/oauth/reconnect', fields, { cookie }))
  const shown = await world.oauth.reconnect(request(link()))
  const inputs = [...shown.body.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value])
  const fields = Object.fromEntries(inputs) as Record<string, string>
  const cookie = shown.headers['set-cookie']?.split(';')[0] ?? ''
  await expect(post(fields)).rejects.toMatchObject({ code: 'SIGN_IN_OTHER_BROWSER' })
  const { token: _, ...tokenless } = fields
  await expect(post(tokenless, cookie)).rejects.toMatchObject({ code: 'SIGN_IN_OTHER_BROWSER' })
  await tokens(world, redemption(await issueCode(world, { accountId: ACCOUNT, integrator: PLANNER }), PLANNER))
  const other = new URL(link(PLANNER.clientId)).searchParams.get('link') ?? ''
  await expect(post({ ...fields, link: other }, cookie)).rejects.toMatchObject({ code: 'SIGN_IN_OTHER_BROWSER' })
  expect((await post(fields, cookie)).headers['location']).toMatch(/^https:\/\/login\.example\//)
})

test('every page of the way has the headers of our pages', async () => {
  const { headers } = await world.oauth.reconnect(request(link()))
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
    'content-security-policy': "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  })
  expect(headers['set-cookie']).toMatch(/^__Host-fas-browser-[\w-]{22}=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax/)
})

test('an account that nobody has ever connected has no link that works', async () => {
  expect((await browser.open(link(FLOWAGENT.clientId, `acc_${'b'.repeat(22)}`))).status).toBe(400)
})
