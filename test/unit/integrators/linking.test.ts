import { expect, test } from 'vitest'
import { LinkTokenAnswer } from '../../../shared/api/oauth/permissions.ts'
import { minutes } from '../../../shared/core/time.ts'
import {
  askingFor,
  createOAuthWorld,
  issueCode,
  type OAuthWorld,
  PLANNER,
  redemption,
  request,
  tokens,
} from '../../support/oauth.ts'
import { BENT, type Browser, createBrowser, type Shown } from '../../support/oauth-browser.ts'

async function linkToken(world: OAuthWorld, integrator = undefined as typeof PLANNER | undefined): Promise<string> {
  const code = await issueCode(world, integrator && { integrator })
  const { body } = await tokens(world, redemption(code, integrator))
  const headers = { authorization: `Bearer ${body['access_token']}` }
  const answer = await world.oauth.linkToken(request('/v1/link_tokens', { method: 'POST', headers }))
  return LinkTokenAnswer.parse(JSON.parse(answer.body)).link_token
}

const connect = async (browser: Browser, asked: Record<string, string>): Promise<Shown> =>
  browser.press(await browser.open(askingFor(asked).url.href), 'continue')

const subOf = async (world: OAuthWorld, { left }: Shown) =>
  (await tokens(world, redemption(left?.searchParams.get('code') ?? ''))).body['sub']

test.each([
  {},
  { avoid_linking: 'True' },
  { avoid_linking: 'False' },
  { avoid_linking: 'true' },
  { avoid_linking: '' },
])('two people in one browser are two accounts, and one person is one (%o)', async (asked) => {
  const world = await createOAuthWorld()
  const browser = createBrowser(world)
  const anna = await subOf(world, await connect(browser, asked))
  browser.person = BENT
  const bent = await subOf(world, await connect(browser, asked))
  expect(bent).not.toBe(anna)
  expect(await subOf(world, await connect(createBrowser(world), asked))).toBe(anna)
})

test('parameters of other providers, and those that are empty, change nothing', async () => {
  const world = await createOAuthWorld()
  const browser = createBrowser(world)
  const address = `${askingFor({ state: '' }).url.href}&state=&provider_name=office365&delegated_scope=&locale=da&link_token=`
  const { left } = await browser.press(await browser.open(address), 'continue')
  expect([...(left?.searchParams.keys() ?? [])]).toEqual(['code', 'iss'])
})

test('a second account that is connected with a link token has its own sub', async () => {
  const world = await createOAuthWorld()
  const browser = createBrowser(world)
  const anna = await subOf(world, await connect(browser, {}))
  browser.person = BENT
  const bent = await subOf(world, await connect(browser, { link_token: await linkToken(world) }))
  expect(bent).toBe(`acc_${BENT.objectId}`)
  expect(bent).not.toBe(anna)
})

test.each([
  ['of another integrator', (world: OAuthWorld) => linkToken(world, PLANNER)],
  ['that nobody was given', async () => `fas_lt_${'x'.repeat(43)}`],
  ['in another form', async () => '<script>'],
])('a link token %s is refused', async (_, make) => {
  const world = await createOAuthWorld()
  const { left } = await createBrowser(world).open(askingFor({ link_token: await make(world) }).url.href)
  expect(left?.searchParams.get('error')).toBe('invalid_request')
})

test('a link token is good once, and for five minutes', async () => {
  const world = await createOAuthWorld()
  const browser = createBrowser(world)
  const [once, late] = [await linkToken(world), await linkToken(world)]
  const [one, two] = [
    await browser.open(askingFor({ link_token: once }).url.href),
    await browser.open(askingFor({ link_token: once }).url.href),
  ]
  const answers = await Promise.all([browser.press(one, 'continue'), browser.press(two, 'continue')])
  expect(answers.filter(({ left }) => left?.searchParams.has('code'))).toHaveLength(1)
  expect(answers.filter(({ left }) => left?.searchParams.get('error') === 'invalid_request')).toHaveLength(1)
  world.clock.advance(minutes(5))
  const { left } = await browser.open(askingFor({ link_token: late }).url.href)
  expect(left?.searchParams.get('error')).toBe('invalid_request')
})

test('sign-ins in two tabs end well in any order, also when both were opened before there was a cookie', async () => {
  const world = await createOAuthWorld()
  const browser = createBrowser(world)
  const [first, second] = await Promise.all([
    browser.open(askingFor({ state: 'first' }).url.href),
    browser.open(askingFor({ state: 'second' }).url.href),
  ])
  const third = await browser.open(askingFor({ state: 'third' }).url.href)
  for (const page of [third, first, second]) {
    const { left } = await browser.press(page, 'continue')
    expect(left?.searchParams.get('code')).toBeTruthy()
  }
})
