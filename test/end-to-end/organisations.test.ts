import { expect, test } from 'vitest'
import type { Person } from '../../infra/local/microsoft365/world.ts'
import { minutes } from '../../shared/core/time.ts'
import { type AdministratorBrowser, createAdministratorBrowser } from '../support/administrators.ts'
import { lastAccount } from '../support/erasing.ts'
import { actsIn, visitMe, wholeOf } from '../support/me.ts'
import { askingFor, back, form, request } from '../support/oauth.ts'
import { linesOf, pass } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

const PILOTS = '9d47e1b8-53c6-4f0a-8e21-7b6a4c3d2f15'
const OTHERS = '6a0f3c52-1d8e-4b93-a7c4-2e5f8091b3d6'

async function startContoso() {
  const fixture = await startService()
  const { world, service } = fixture
  const [tid] = [...world.organisations.keys()] as [string]
  const carla = world.addPerson({ tid, displayName: 'Carla Admin', isAdministrator: true })
  const anna = world.addPerson({ tid, displayName: 'Anna Holm', groups: [PILOTS] })
  const bent = world.addPerson({ tid, displayName: 'Bent Dahl' })
  bent.userPrincipalName = 'bent@Sub.Contoso.Example'
  const browser = createAdministratorBrowser(service, carla)
  const restrict = async (values: Record<string, string>) =>
    browser.submit(await browser.open('/organisation'), values, 'restrict')
  const lookAfter = async () => {
    await service.lookAfterOrganisations()
    await fixture.settle()
  }
  return { fixture, tid, carla, anna, bent, browser, restrict, lookAfter }
}

/** The sign-in leads to the organisation's page, which leads on. */
async function uninstalling(browser: AdministratorBrowser) {
  await browser.open('/organisation')
  return browser.open('/organisation/uninstall')
}

/** What was done with Contoso. */
async function trailOf({ service, world }: ServiceFixture): Promise<string> {
  const [tid = ''] = world.organisations.keys()
  return wholeOf(service.audit.organisationCsv(service.organisations.idOf(tid)))
}

/** A person who is let in, and whose tokens are good. */
async function expectLetIn(fixture: ServiceFixture, person: Person): Promise<void> {
  const connection = await fixture.connect(person)
  expect((await connection.get('/v1/userinfo')).status).toBe(200)
}

const NOT_ALLOWED = 'Your organisation does not allow this for you'

const manyGroups = (count: number) => [PILOTS, ...Array.from({ length: count - 1 }, (_, at) => `group ${at}`)]

/** What somebody reads who cannot connect. */
async function refused({ service }: ServiceFixture, person: Person): Promise<string> {
  const page = await service.oauth.authorize(
    askingFor({ client_id: 'sample', redirect_uri: 'http://localhost:8765/callback' }),
  )
  const cookie = page.headers['set-cookie']?.split(';')[0] ?? ''
  const inputs = [...page.body.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ])
  const agreed = form('/oauth/authorize', { ...Object.fromEntries(inputs), decision: 'continue' }, { cookie })
  const state =
    new URL((await service.oauth.authorize(agreed)).headers['location'] ?? '').searchParams.get('state') ?? ''
  const answer = await service.oauth.callback(back({ state, code: person.oid }, cookie))
  expect(answer.status).toBe(403)
  return answer.body
}

test('whoever is of an organisation that did not install gets a message for the administrator, and nothing is stored', async () => {
  const fixture = await startService({ installed: false })
  const [tid] = [...fixture.world.organisations.keys()] as [string]
  const body = await refused(fixture, fixture.world.addPerson({ tid, displayName: 'Anna Holm' }))
  expect(body).toContain('Not installed for your organisation yet')
  expect(body).toMatch(/<textarea[^>]*readonly>Hello,[^<]*http:\/\/localhost:7071\/install/)
  expect(body).toMatch(/href="mailto:\?subject=[^"]*install/)
  expect(body).toContain('Back to Integrator sample')
  expect([fixture.tables.rows('accounts'), fixture.tables.rows('organisations'), fixture.queue]).toEqual([[], [], []])
})

test('a restriction to domains lets in the exact domain only, in any case', async () => {
  const { fixture, anna, bent, restrict } = await startContoso()
  expect((await restrict({ domains: ' @SUB.contoso.example, ' })).body).toContain('Saved.')
  await expectLetIn(fixture, bent)
  expect(await refused(fixture, anna)).toContain(NOT_ALLOWED)
})

test('a restriction to groups lets in whoever is in one of them', async () => {
  const { fixture, anna, bent, restrict } = await startContoso()
  await restrict({ groups: `${OTHERS}\r\n${PILOTS.toUpperCase()}` })
  await expectLetIn(fixture, anna)
  expect(await refused(fixture, bent)).toContain(NOT_ALLOWED)
})

test('a form that was opened before another decision changes nothing, and shows what holds now', async () => {
  const { fixture, bent, browser, restrict } = await startContoso()
  const stale = await browser.open('/organisation')
  await restrict({ groups: PILOTS })
  const answered = await browser.submit(stale, { domains: 'sub.contoso.example' }, 'restrict')
  expect([answered.status, answered.body]).toEqual([409, expect.stringContaining('changed meanwhile')])
  expect(answered.body).toMatch(new RegExp(`name="groups"[^>]*>${PILOTS}<`))
  expect(answered.body).not.toContain('sub.contoso.example<')
  expect(await refused(fixture, bent)).toContain(NOT_ALLOWED)
  // What is shown then can be saved.
  expect((await browser.submit(answered, { groups: OTHERS }, 'restrict')).body).toContain('Saved.')
})

test('with both, a person has to meet both', async () => {
  const { fixture, tid, anna, bent, restrict } = await startContoso()
  const dora = fixture.world.addPerson({ tid, displayName: 'Dora Lund', groups: [PILOTS] })
  dora.userPrincipalName = 'dora@sub.contoso.example'
  await restrict({ groups: PILOTS, domains: 'sub.contoso.example' })
  await expectLetIn(fixture, dora)
  for (const person of [anna, bent]) expect(await refused(fixture, person)).toContain(NOT_ALLOWED)
})

test('whoever is in too many groups to know is refused, and reads what the administrator can do', async () => {
  const { fixture, restrict, tid } = await startContoso()
  await restrict({ groups: PILOTS })
  const dora = fixture.world.addPerson({ tid, displayName: 'Dora Lund', groups: manyGroups(201) })
  expect(await refused(fixture, dora)).toContain('You are in too many groups to check')
})

test('whoever is connected and outside of a new restriction is disconnected within minutes, the others are not', async () => {
  const { fixture, anna, bent, restrict, lookAfter } = await startContoso()
  const [inside, outside] = [await fixture.connect(bent), await fixture.connect(anna)]
  await fixture.settle()
  await fixture.clock.advance(minutes(1))
  await restrict({ domains: 'sub.contoso.example' })
  await lookAfter()
  expect([(await inside.get('/v1/userinfo')).status, (await outside.get('/v1/userinfo')).status]).toEqual([200, 401])
  expect(linesOf(fixture, 'account-disconnected')).toHaveLength(1)
  expect(fixture.graph.subscriptions.list()).toHaveLength(1)
  const revoked = (await trailOf(fixture)).split('\r\n').filter((line) => line.includes('"revoked"'))
  expect(revoked).toEqual([expect.stringContaining('"service"')])
  expect(revoked).toEqual([expect.stringContaining('reason=organisation-restricted-domain')])
})

test('an outsider whose trail does not open loses the connection too, and holds up nobody', async () => {
  const { fixture, anna, bent, restrict, lookAfter } = await startContoso()
  const outsiders = [await fixture.connect(anna), await fixture.connect(bent)]
  const account = lastAccount(fixture)
  const isHead = ({ rowKey }: { rowKey: string }) => rowKey.includes('head') && rowKey.includes(account)
  for (const row of fixture.tables.rows('audit').filter(isHead))
    fixture.tables.overwrite('audit', { ...row, properties: { ...row.properties, b0: new Uint8Array(120) } })
  await fixture.clock.advance(minutes(1))
  await restrict({ domains: 'elsewhere.example' })
  await lookAfter()
  for (const outside of outsiders) expect((await outside.get('/v1/userinfo')).status).toBe(401)
  expect(linesOf(fixture, 'end-unrecorded')).toMatchObject([
    { account, act: 'revoked', code: 'ROW_CORRUPT' },
    { account, act: 'disconnected', code: 'ROW_CORRUPT' },
  ])
  expect(linesOf(fixture, 'account-disconnected')).toHaveLength(2)
  expect(linesOf(fixture, 'organisation-waits')).toEqual([])
})

test('groups count as they were at the sign-in, also for a restriction that comes later', async () => {
  const { fixture, anna, bent, restrict, lookAfter } = await startContoso()
  const [inside, outside] = [await fixture.connect(anna), await fixture.connect(bent)]
  await restrict({ groups: PILOTS })
  await lookAfter()
  expect([(await inside.get('/v1/userinfo')).status, (await outside.get('/v1/userinfo')).status]).toEqual([200, 401])
})

test('whose own sign-in says that they are outside now loses what they had before', async () => {
  const { fixture, anna, restrict, lookAfter } = await startContoso()
  const inside = await fixture.connect(anna)
  await restrict({ groups: PILOTS })
  await lookAfter()
  expect((await inside.get('/v1/userinfo')).status).toBe(200)
  anna.groups.clear()
  expect(await refused(fixture, anna)).toContain(NOT_ALLOWED)
  await lookAfter()
  expect((await inside.get('/v1/userinfo')).status).toBe(401)
})

test('nobody who is on the way while a restriction is made gets past it', async () => {
  const { fixture, anna, restrict, lookAfter } = await startContoso()
  await restrict({ domains: 'sub.contoso.example' })
  await lookAfter()
  // As if the sign-in had looked before the restriction was there.
  const { service, tables } = fixture
  const restricted = tables.rows('organisations').map(({ etag: _, ...row }) => row)
  await restrict({ domains: '' })
  const late = await fixture.connect(anna)
  for (const row of restricted) tables.overwrite('organisations', row)
  await fixture.clock.advance(minutes(9))
  await lookAfter()
  expect((await late.get('/v1/userinfo')).status).toBe(200)
  await fixture.clock.advance(minutes(1))
  await service.lookAfterOrganisations()
  expect((await late.get('/v1/userinfo')).status).toBe(401)
  const tasks = fixture.tables.rows('organisations').filter(({ rowKey }) => rowKey.startsWith('org_'))
  expect(tasks).toEqual([])
})

test.each([
  ['domains', 'contoso', 'is not a domain like'],
  ['domains', 'https://contoso.example', 'is not a domain like'],
  ['groups', 'Leadership', 'is not an object ID like'],
  ['groups', '<b>', 'is not an object ID like'],
])('what is no entry of %s is said beside it, and stays as it was typed', async (field, typed, problem) => {
  const { browser, restrict, fixture, tid } = await startContoso()
  await browser.open('/organisation')
  const { status, body } = await restrict({ [field]: typed })
  expect(status).toBe(422)
  expect(body).toContain(problem)
  expect(body).toMatch(
    new RegExp(`id="${field}"[^>]*aria-invalid="true">${typed.replace('<', '&lt;').replace('>', '&gt;')}</textarea>`),
  )
  expect((await fixture.service.organisations.find(tid))?.restriction).toEqual({ domains: [], groups: [] })
})

test('the page is for administrators of an installed organisation, and a refusal is in the audit trail', async () => {
  const { fixture, browser, anna } = await startContoso()
  browser.person = anna
  expect((await browser.open('/organisation')).body).toContain('This takes an administrator')
  expect(await trailOf(fixture)).toMatch(/"anyone","authentication-failed".*code=ADMINISTRATOR_REQUIRED/)
  for (let time = 0; time < 20; time += 1) await browser.open('/organisation')
  expect((await trailOf(fixture)).match(/"authentication-failed"/g)).toHaveLength(1)
  const { tid } = fixture.world.addOrganisation({ name: 'Fabrikam', domain: 'fabrikam.example' })
  browser.person = fixture.world.addPerson({ tid, displayName: 'Lars Brandt', isAdministrator: true })
  expect((await browser.open('/organisation/sign-in')).body).toContain('Not installed for your organisation')
})

test('the page counts the accounts, says when it was installed, and names no person', async () => {
  const { fixture, browser, anna, bent } = await startContoso()
  for (const person of [anna, bent]) await fixture.connect(person)
  const { body } = await browser.open('/organisation')
  expect(body).toMatch(/<dt>Accounts<\/dt><dd>2,/)
  expect(body).toMatch(/on \d+ \w+ \d{4} by an administrator/)
  expect(body).not.toMatch(/anna|bent|acc_/i)
})

test('the audit trail of the organisation is a file for its administrators, and that it was fetched is in it', async () => {
  const { fixture, browser, anna } = await startContoso()
  await fixture.connect(anna)
  await browser.open('/organisation')
  const { status, body } = await browser.open('/organisation/audit')
  expect(status).toBe(200)
  expect(body).toMatch(/"administrator acc_[\w-]{22}","exported"/)
  expect(body).toMatch(/"connected"/)
  expect(body).toBe(await trailOf(fixture))
  browser.person = anna
  await browser.open('/organisation/sign-in')
  expect((await browser.open('/organisation/audit')).body).toContain('This takes an administrator')
})

test('an administrator with an account who signs in stands in the trail of the organisation once', async () => {
  const { fixture, browser, carla } = await startContoso()
  await fixture.connect(carla)
  await browser.open('/organisation')
  expect((await trailOf(fixture)).match(/"signed-in"/g)).toHaveLength(1)
  expect(await actsIn(await visitMe(fixture.service, carla))).toContain('signed-in')
})

test('a form of another session, or none, changes nothing', async () => {
  const { fixture, browser, carla, tid } = await startContoso()
  const page = await browser.open('/organisation')
  const other = createAdministratorBrowser(fixture.service, carla)
  expect((await other.submit(page, { domains: 'evil.example' }, 'restrict')).status).toBe(401)
  await other.open('/organisation')
  expect((await other.submit(page, { domains: 'evil.example' }, 'restrict')).status).toBe(400)
  const uninstall = await uninstalling(browser)
  expect((await other.submit(uninstall, { domain: 'contoso.example' })).status).toBe(400)
  const answer = await fixture.service.organisationPages.organisation(request('/organisation'))
  expect(answer.status).toBe(303)
  expect(await fixture.service.organisations.find(tid)).toMatchObject({
    state: 'installed',
    restriction: { domains: [] },
  })
})

test('uninstalling takes the domain, ends every account, and lets nobody connect meanwhile', async () => {
  const { fixture, browser, anna, bent, tid } = await startContoso()
  await fixture.connect(anna)
  const page = await uninstalling(browser)
  const wrong = await browser.submit(page, { domain: 'contoso' })
  expect([wrong.status, wrong.body.includes('This is not contoso.example.')]).toEqual([422, true])
  const end = await browser.submit(wrong, { domain: 'Contoso.example ' })
  expect(end.body).toContain('It is being uninstalled')
  await fixture.service.lookAfterOrganisations()
  expect(linesOf(fixture, 'erasure-begun')).toHaveLength(1)
  expect(await refused(fixture, bent)).toContain('Not installed for your organisation yet')
  const again = await browser.install()
  expect([again.status, again.body.includes('It is being uninstalled')]).toEqual([409, true])
  expect((await fixture.service.organisations.find(tid))?.state).toBe('uninstalling')
})

test('an organisation without accounts is uninstalled with the next tick, and can be installed again', async () => {
  const { fixture, browser, anna, tid } = await startContoso()
  await browser.submit(await uninstalling(browser), { domain: 'contoso.example' })
  await fixture.service.lookAfterOrganisations()
  expect((await fixture.service.organisations.find(tid))?.state).toBe('uninstalled')
  expect((await browser.open('/organisation')).body).toContain('Not installed for your organisation')
  await browser.install()
  await fixture.connect(anna)
  await pass(fixture, minutes(12), minutes(1))
  await fixture.service.lookAfterOrganisations()
  expect((await fixture.service.organisations.find(tid))?.state).toBe('installed')
})

test('an organisation with accounts is uninstalled once the last of them is erased, and none of their rows is left', async () => {
  const { fixture, browser, anna, bent, tid } = await startContoso()
  for (const person of [anna, bent]) await fixture.connect(person)
  await fixture.settle()
  expect(fixture.tables.rows('accounts')).not.toEqual([])
  await browser.submit(await uninstalling(browser), { domain: 'contoso.example' })
  for (let minute = 0; minute < 70; minute++) {
    await fixture.service.lookAfterOrganisations()
    await pass(fixture, minutes(1), minutes(1))
  }
  expect(fixture.tables.rows('accounts')).toEqual([])
  expect(fixture.tables.rows('organisations').map(({ rowKey }) => rowKey)).toEqual(['organisation'])
  expect((await fixture.service.organisations.find(tid))?.state).toBe('uninstalled')
  expect(fixture.graph.subscriptions.list()).toEqual([])
})

test('an organisation is not called uninstalled while Microsoft keeps an account from being erased', async () => {
  const { fixture, browser, anna, tid } = await startContoso()
  await fixture.connect(anna)
  await fixture.settle()
  fixture.intercept = (sent) => (sent.method === 'DELETE' ? new Response('{}', { status: 503 }) : undefined)
  await browser.submit(await uninstalling(browser), { domain: 'contoso.example' })
  for (let minute = 0; minute < 25; minute++) {
    await fixture.service.lookAfterOrganisations()
    await pass(fixture, minutes(1), minutes(1))
  }
  expect(fixture.tables.rows('accounts')).not.toEqual([])
  expect((await fixture.service.organisations.find(tid))?.state).toBe('uninstalling')
})

test('whoever signs out is signed out', async () => {
  const { browser } = await startContoso()
  const page = await browser.open('/organisation')
  expect((await browser.submit(page, {}, 'sign-out')).body).toContain('You are signed out')
})
