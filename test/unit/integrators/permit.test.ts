import { expect, test } from 'vitest'
import { apiFailure } from '../../../shared/api/failure.ts'
import { PermissionsAnswer } from '../../../shared/api/oauth/permissions.ts'
import { asSyncError } from '../../../shared/core/errors.ts'
import { hours } from '../../../shared/core/time.ts'
import type { Registration } from '../../../shared/integrators/integrator.ts'
import type { Scope } from '../../../shared/integrators/scopes.ts'
import {
  CALENDAR,
  createOAuthWorld,
  FLOWAGENT,
  isLive,
  issueCode,
  type OAuthWorld,
  PLANNER,
  redemption,
  refreshing,
  request,
  tokens,
} from '../../support/oauth.ts'
import { BENT, createBrowser } from '../../support/oauth-browser.ts'

const ANNA = 'acc_5f2d8c1e-0000-4000-8000-000000000002'
const ASKED = {
  permissions: [{ calendar_id: `cal_${CALENDAR}`, permission_level: 'unrestricted' }],
  redirect_uri: FLOWAGENT.redirectUris[0],
}

async function connected(
  world: OAuthWorld,
  scopes: readonly Scope[] = ['read_events', 'create_event'],
  integrator: Registration = FLOWAGENT,
) {
  const code = await issueCode(world, { accountId: ANNA, scopes, integrator })
  return (await tokens(world, redemption(code, integrator))).body
}

async function ask({ oauth }: OAuthWorld, token: string | undefined, body: object = ASKED) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const asked = request('/v1/permissions', { method: 'POST', headers, body: JSON.stringify(body) })
  const answer = await oauth.permissions(asked).catch((error: unknown) => apiFailure(asSyncError(error), 'request-1'))
  return { status: answer.status, body: JSON.parse(answer.body) }
}

const calendarsOf = async ({ oauth }: OAuthWorld) =>
  (await oauth.grants.ofAccount(ANNA)).map(({ clientId, unrestrictedIn }) => [clientId, unrestrictedIn])

test('an integrator asks for a permission, and the person allows it after signing in', async () => {
  const world = await createOAuthWorld()
  const { access_token: token, refresh_token: refresh } = await connected(world)
  await connected(world, ['read_events', 'create_event'], PLANNER)
  const answer = await ask(world, token)
  expect(answer.status).toBe(200)
  const { url } = PermissionsAnswer.parse(answer.body).permissions_request
  const browser = createBrowser(world)
  const introduction = await browser.open(url)
  expect(introduction.body).toContain('FlowAgent asks for another permission')
  expect(introduction.body).not.toMatch(/anna|Team calendar/)
  const question = await browser.press(introduction, 'continue')
  expect(question.body).toContain('<li>Team calendar</li>')
  expect(await calendarsOf(world)).toContainEqual(['flowagent', []])
  const { left } = await browser.press(question, 'continue')
  expect(left?.href).toBe('https://flowagent.example/connected?iss=https%3A%2F%2Fsync.example')
  expect((await calendarsOf(world)).sort()).toEqual([
    ['flowagent', [CALENDAR]],
    ['planner', []],
  ])
  await tokens(world, refreshing(refresh ?? ''))
  expect(await calendarsOf(world)).toContainEqual(['flowagent', [CALENDAR]])
})

test('a permission stays when the person connects again, and ends with the consent', async () => {
  const world = await createOAuthWorld()
  await connected(world)
  await world.oauth.grants.permit(ANNA, 'flowagent', [CALENDAR])
  await connected(world)
  expect(await calendarsOf(world)).toEqual(Array(2).fill(['flowagent', [CALENDAR]]))
  await world.oauth.grants.revokeIntegrator(ANNA, 'flowagent')
  await connected(world)
  expect(await calendarsOf(world)).toEqual([['flowagent', []]])
})

test.each(['the first page', 'the question'])('a person who says no on %s changes nothing', async (where) => {
  const world = await createOAuthWorld()
  const { body } = await ask(world, (await connected(world))['access_token'])
  const browser = createBrowser(world)
  const first = await browser.open(body.permissions_request.url)
  const page = where === 'the question' ? await browser.press(first, 'continue') : first
  const { left } = await browser.press(page, 'cancel')
  expect(left?.searchParams.get('error')).toBe('access_denied')
  expect(await calendarsOf(world)).toEqual([['flowagent', []]])
})

test('O9: somebody else who opens the link gives no permission, learns nothing, and is not connected', async () => {
  const world = await createOAuthWorld()
  const { body } = await ask(world, (await connected(world))['access_token'])
  const browser = createBrowser(world)
  browser.person = BENT
  const page = await browser.press(await browser.open(body.permissions_request.url), 'continue')
  expect(page.body).toContain('This is another account')
  expect(page.body).not.toMatch(/anna|Team calendar/)
  expect([await calendarsOf(world), world.connected]).toEqual([[['flowagent', []]], []])
})

test('a link is good for an hour, and only while the integrator has its consent', async () => {
  const world = await createOAuthWorld()
  const { access_token: token } = await connected(world)
  const [{ body: late }, { body: early }] = [await ask(world, token), await ask(world, token)]
  const browser = createBrowser(world)
  const question = await browser.press(await browser.open(early.permissions_request.url), 'continue')
  await world.oauth.grants.revokeAccount(ANNA)
  expect((await browser.press(question, 'continue')).left?.searchParams.get('error')).toBe('access_denied')
  world.clock.advance(hours(1))
  expect((await browser.open(late.permissions_request.url)).body).toContain('This link is no longer good')
})

test.each([
  ['no calendar', { ...ASKED, permissions: [] }, 'permissions'],
  ['no permissions', { redirect_uri: ASKED.redirect_uri }, 'permissions'],
  ['no list', { ...ASKED, permissions: 'all' }, 'permissions'],
  [
    'an id of no calendar',
    { ...ASKED, permissions: [{ ...ASKED.permissions[0], calendar_id: 'cal_1' }] },
    'permissions[0].calendar_id',
  ],
  [
    'the calendar of somebody else',
    { ...ASKED, permissions: [{ ...ASKED.permissions[0], calendar_id: `cal_${'d'.repeat(22)}` }] },
    'permissions[0].calendar_id',
  ],
  [
    'another level',
    { ...ASKED, permissions: [{ ...ASKED.permissions[0], permission_level: 'sandbox' }] },
    'permissions[0].permission_level',
  ],
  ['the redirect URI of another integrator', { ...ASKED, redirect_uri: PLANNER.redirectUris[0] }, 'redirect_uri'],
  ['no redirect URI', { permissions: ASKED.permissions }, 'redirect_uri'],
])('asking with %s is answered with 422 and the field', async (_, body, field) => {
  const world = await createOAuthWorld()
  const answer = await ask(world, (await connected(world))['access_token'], body)
  expect([answer.status, Object.keys(answer.body.errors)]).toEqual([422, [field]])
})

test('an integrator that may change nothing cannot ask to change more', async () => {
  const world = await createOAuthWorld()
  const { access_token: token } = await connected(world, ['read_events'])
  expect((await ask(world, token)).status).toBe(403)
  expect((await ask(world, 'nobody')).status).toBe(401)
  expect(await isLive(world, token ?? '')).toBe(true)
})
