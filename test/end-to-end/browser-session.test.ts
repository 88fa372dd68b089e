import { expect, test } from 'vitest'
import { minutes } from '../../shared/core/time.ts'
import { cookieOf, signInTo } from '../support/browser-session.ts'
import { form, request } from '../support/oauth.ts'
import { startService } from '../support/service.ts'

const PAGE = '/me?tab=data'

async function withAnna() {
  const fixture = await startService()
  const [tid = ''] = fixture.world.organisations.keys()
  return { fixture, anna: fixture.world.addPerson({ tid, displayName: 'Anna Holm' }) }
}

async function signedIn() {
  const { fixture, anna } = await withAnna()
  const cookie = await signInTo(fixture.service, anna, PAGE)
  const { browserSession: sessions } = fixture.service
  return { fixture, anna, sessions, cookie, page: request(PAGE, { headers: { cookie } }) }
}

/** A sign-in on its way to Microsoft. */
async function begun() {
  const { fixture, anna } = await withAnna()
  const { browserSession: sessions } = fixture.service
  const { headers } = await sessions.signIn(request(PAGE), PAGE)
  const state = new URL(headers['location'] ?? '').searchParams.get('state') ?? ''
  const back = (parameters: Record<string, string>, cookie = cookieOf(headers)) =>
    sessions.callback(
      request(`/session/callback?${new URLSearchParams({ state, ...parameters })}`, { headers: { cookie } }),
    )
  return { anna, sessions, back, code: anna.oid }
}

test('whoever signs in is known by the tenant and object id of Microsoft, and comes back to the page', async () => {
  const { back, code, anna, sessions } = await begun()
  const { status, headers } = await back({ code })
  expect([status, headers['location']]).toEqual([303, PAGE])
  const session = await sessions.current(request(PAGE, { headers: { cookie: cookieOf(headers) } }))
  expect(session).toMatchObject({ identity: { objectId: anna.oid, tenantId: anna.tid } })
  expect(session?.account).toMatch(/^acc_[\w-]{22}$/)
})

test('the cookie is for the whole of our host only, out of reach of scripts, and says nothing', async () => {
  const { back, code } = await begun()
  expect((await back({ code })).headers['set-cookie']).toMatch(
    /^(__Host-)?fas-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=1800(; Secure)?$/,
  )
})

test('another browser cannot finish a sign-in, and the right one still can', async () => {
  const { back, code } = await begun()
  await expect(back({ code }, '')).rejects.toMatchObject({ code: 'SIGN_IN_OTHER_BROWSER' })
  expect((await back({ code })).status).toBe(303)
})

test('an answer of Microsoft is good once', async () => {
  const { back, code } = await begun()
  await back({ code })
  await expect(back({ code })).rejects.toMatchObject({ code: 'SIGN_IN_ALREADY_USED' })
})

test('an error goes before a code, and signs nobody in', async () => {
  const { back, code } = await begun()
  const { status, headers } = await back({ code, error: 'access_denied' })
  expect([status, headers['set-cookie']]).toEqual([403, undefined])
})

test('a session is over after half an hour, however busy it was', async () => {
  const { fixture, sessions, page } = await signedIn()
  await fixture.clock.advance(minutes(29))
  expect(await sessions.current(page)).toBeDefined()
  await fixture.clock.advance(minutes(1))
  expect(await sessions.current(page)).toBeUndefined()
})

test('a session that was ended is over, for a copy of its cookie as well', async () => {
  const { sessions, page } = await signedIn()
  expect((await sessions.end(page))['set-cookie']).toContain('Max-Age=0')
  expect(await sessions.current(page)).toBeUndefined()
})

test.each([
  ['a made-up cookie', `fas-session=${'x'.repeat(43)}; __Host-fas-session=${'x'.repeat(43)}`],
  ['no cookie', ''],
  ['a cookie of another form', 'fas-session=1; __Host-fas-session=1'],
])('%s is nobody', async (_, cookie) => {
  const { sessions } = await signedIn()
  expect(await sessions.current(request(PAGE, { headers: { cookie } }))).toBeUndefined()
})

test('of two session cookies at once none is believed', async () => {
  const { sessions, cookie } = await signedIn()
  const planted = `${cookie}; ${cookie.split('; ').at(-1)}`
  expect(await sessions.current(request(PAGE, { headers: { cookie: planted } }))).toBeUndefined()
})

test('a form is taken from the session it was made for, and from no other', async () => {
  const { fixture, anna, sessions, cookie, page } = await signedIn()
  const fields = { act: 'erase', ...sessions.fields(page, new Map([['act', 'erase']])) }
  const post = (headers: Record<string, string>, changes: Record<string, string> = {}) =>
    sessions.check(form(PAGE, {}, headers), new Map(Object.entries({ ...fields, ...changes })), ['act'])
  expect(await post({ cookie })).toMatchObject({ identity: { objectId: anna.oid } })
  const other = await signInTo(fixture.service, anna, PAGE)
  await expect(post({ cookie: other })).rejects.toMatchObject({ code: 'SIGN_IN_OTHER_BROWSER' })
  await expect(post({ cookie }, { act: 'disconnect' })).rejects.toMatchObject({ code: 'SIGN_IN_OTHER_BROWSER' })
  await expect(post({ cookie }, { token: '' })).rejects.toMatchObject({ code: 'SIGN_IN_OTHER_BROWSER' })
  await expect(post({ cookie: '' })).rejects.toMatchObject({ code: 'SESSION_OVER' })
})

test('an address that begins more than 300 sign-ins in a minute waits, and stores nothing meanwhile; others do not', async () => {
  const fixture = await startService()
  const begin = (clientAddress: string | undefined) =>
    fixture.service.browserSession.signIn({ ...request('/me/sign-in'), clientAddress }, '/me')
  for (let count = 0; count < 300; count++) await begin('198.51.100.7')
  const before = fixture.tables.rows('oauth').length
  await expect(begin('198.51.100.7')).rejects.toMatchObject({ code: 'RATE_LIMITED' })
  expect(fixture.tables.rows('oauth')).toHaveLength(before)
  expect([(await begin('198.51.100.8')).status, (await begin(undefined)).status]).toEqual([303, 303])
  const { oauth, organisationPages } = fixture.service
  for (const page of [oauth.authorize, oauth.permit, oauth.reconnect, organisationPages.install]) {
    const pressed = { ...request('/'), method: 'POST', clientAddress: '198.51.100.7' }
    await expect(page(pressed)).rejects.toMatchObject({ code: 'RATE_LIMITED' })
    await expect(page({ ...pressed, clientAddress: '198.51.100.8' })).rejects.not.toMatchObject({
      code: 'RATE_LIMITED',
    })
  }
})
