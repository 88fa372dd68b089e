import { expect, test } from 'vitest'
import { minutes } from '../../../shared/core/time.ts'
import {
  agreeing,
  askingFor,
  createOAuthWorld,
  type OAuthWorld,
  redemption,
  request,
  tokens,
} from '../../support/oauth.ts'
import { BENT, type Browser, createBrowser, type Shown } from '../../support/oauth-browser.ts'

const FIRST = { scope: 'read_events' }
const MORE = { scope: 'read_events delete_event' }

const connect = async (browser: Browser, asked: Record<string, string>): Promise<Shown> =>
  browser.press(await browser.open(askingFor(asked).url.href), 'continue')

async function redeem(world: OAuthWorld, { left }: Shown) {
  return (await tokens(world, redemption(left?.searchParams.get('code') ?? ''))).body
}

test('whoever connects again and is asked for more is told what is new and what was allowed before', async () => {
  const world = await createOAuthWorld()
  const browser = createBrowser(world)
  await redeem(world, await connect(browser, FIRST))
  const page = await connect(browser, MORE)
  expect(page.status).toBe(200)
  const [added, before] = page.body.split('You allowed it before to:')
  expect(added).toContain('Delete the events it manages')
  expect(added).not.toContain('See your events')
  expect(before).toContain('See your events')
  expect(page.body).toContain('anna@contoso.example')
  const agreed = await browser.press(page, 'continue')
  expect(agreed.left?.searchParams.get('state')).toBe('xyz')
  expect(await redeem(world, agreed)).toMatchObject({ scope: 'read_events delete_event' })
})

test('whoever does not allow more keeps what was allowed before', async () => {
  const world = await createOAuthWorld()
  const browser = createBrowser(world)
  const first = await redeem(world, await connect(browser, FIRST))
  const { left } = await browser.press(await connect(browser, MORE), 'cancel')
  expect(Object.fromEntries(left?.searchParams ?? [])).toMatchObject({
    error: 'access_denied',
    state: 'xyz',
    iss: 'https://sync.example',
  })
  const [grant, ...others] = await world.oauth.grants.ofAccount(first['sub'] ?? '')
  expect([grant?.scopes, others]).toEqual([['read_events'], []])
})

test('a question is over when the consent that it adds to has ended, and nothing is allowed anew', async () => {
  const world = await createOAuthWorld()
  const browser = createBrowser(world)
  const { sub = '' } = await redeem(world, await connect(browser, FIRST))
  const page = await connect(browser, MORE)
  const [, question] = /name="question" value="([^"]+)"/.exec(page.body) ?? []
  await world.oauth.grants.revokeAccount(sub)
  const shown = await browser.open(`/oauth/answer?question=${question}`)
  const answered = await browser.press(page, 'continue')
  for (const { body } of [shown, answered]) expect(body).toContain('This sign-in is already over')
  expect(await world.oauth.grants.wantedBy(sub)).toEqual(new Set())
})

test.each([
  ['the same', FIRST],
  ['less', { scope: 'read_events' }],
])('whoever is asked for %s as before is asked once', async (_, asked) => {
  const world = await createOAuthWorld()
  const browser = createBrowser(world)
  await redeem(world, await connect(browser, _ === 'less' ? MORE : FIRST))
  expect((await connect(browser, asked)).left?.searchParams.get('code')).toBeTruthy()
})

test('nobody is told what somebody else has allowed, in the same browser neither', async () => {
  const world = await createOAuthWorld()
  const browser = createBrowser(world)
  await redeem(world, await connect(browser, FIRST))
  browser.person = BENT
  const consent = await browser.open(askingFor(MORE).url.href)
  expect(consent.body).not.toMatch(/allowed|anna/)
  expect((await browser.press(consent, 'continue')).left?.searchParams.get('code')).toBeTruthy()
})

test('C1: a question is read and answered in the browser that signed in, once, within ten minutes', async () => {
  const world = await createOAuthWorld()
  const browser = createBrowser(world)
  await redeem(world, await connect(browser, FIRST))
  const page = await connect(browser, MORE)
  const stranger = createBrowser(world)
  await stranger.open(askingFor().url.href)
  expect((await stranger.press(page, 'continue')).body).toContain('another browser')
  const [, question] = /name="question" value="([^"]+)"/.exec(page.body) ?? []
  expect((await stranger.open(`/oauth/answer?question=${question}`)).body).not.toContain('anna')
  expect((await browser.open(`/oauth/answer?question=${question}`)).body).toBe(page.body)
  const answers = await Promise.all([browser.press(page, 'continue'), browser.press(page, 'continue')])
  expect(answers.filter(({ left }) => left !== undefined)).toHaveLength(1)
  const late = await connect(browser, MORE)
  world.clock.advance(minutes(10))
  expect((await browser.press(late, 'continue')).body).toContain('This took too long')
})

test('C1: a question that waits for an answer is not taken for a sign-in that waits for Microsoft, nor the other way', async () => {
  const world = await createOAuthWorld()
  const browser = createBrowser(world)
  await redeem(world, await connect(browser, FIRST))
  const [, question] = /name="question" value="([^"]+)"/.exec((await connect(browser, MORE)).body) ?? []
  const redeemed = world.entra.redeemed
  const forged = await browser.open(`/oauth/callback?state=${question}&code=x`)
  expect([forged.status, world.entra.redeemed]).toEqual([400, redeemed])
  const waiting = await agreeing(world)
  await world.oauth.authorize(waiting)
  const headers = { cookie: waiting.headers.get('cookie') ?? '' }
  const asked = request(`/oauth/answer?question=${world.entra.tickets.at(-1)?.state}`, { headers })
  await expect(world.oauth.answer(asked)).rejects.toMatchObject({ code: 'SIGN_IN_ALREADY_USED' })
})
