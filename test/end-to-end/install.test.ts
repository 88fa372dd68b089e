import { expect, test } from 'vitest'
import { minutes } from '../../shared/core/time.ts'
import { createAdministratorBrowser } from '../support/administrators.ts'
import { wholeOf } from '../support/me.ts'
import { startService } from '../support/service.ts'

/** Contoso, not installed, with an administrator at our page, and Fabrikam beside it. */
async function startInstalling() {
  const fixture = await startService({ installed: false })
  const { world, service } = fixture
  const [contoso] = [...world.organisations.keys()] as [string]
  const { tid: fabrikam } = world.addOrganisation({ name: 'Fabrikam', domain: 'fabrikam.example' })
  const carla = world.addPerson({ tid: contoso, displayName: 'Carla Admin', isAdministrator: true })
  const anna = world.addPerson({ tid: contoso, displayName: 'Anna Holm' })
  const lars = world.addPerson({ tid: fabrikam, displayName: 'Lars Brandt', isAdministrator: true })
  const browser = createAdministratorBrowser(service, carla)
  const installed = async () =>
    (await Promise.all([contoso, fabrikam].map((tid) => service.organisations.find(tid)))).filter(Boolean).length
  return { fixture, contoso, fabrikam, carla, anna, lars, browser, installed }
}

test('an administrator who agrees at Microsoft and signs in has installed the app, and people can connect', async () => {
  const { fixture, browser, anna, contoso } = await startInstalling()
  const end = await browser.install()
  expect([end.path, end.status]).toEqual(['/organisation', 200])
  expect(end.body).toContain('People of your organisation can connect now')
  expect(await fixture.service.organisations.find(contoso)).toMatchObject({ state: 'installed', tenantId: contoso })
  expect((await (await fixture.connect(anna)).get('/v1/userinfo')).status).toBe(200)
})

test('installing is in the audit trail before it is done, without names', async () => {
  const { fixture, browser, contoso } = await startInstalling()
  await browser.install()
  const { service } = fixture
  const trail = await wholeOf(service.audit.organisationCsv(service.organisations.idOf(contoso)))
  expect(trail.match(/"administrator acc_[\w-]{22}","organisation-installed"/g)).toHaveLength(1)
  expect(trail).not.toMatch(/carla|contoso/i)
})

test('installing again changes nothing', async () => {
  const { fixture, browser, contoso } = await startInstalling()
  await browser.install()
  const before = await fixture.service.organisations.find(contoso)
  await fixture.clock.advance(minutes(5))
  expect((await browser.install()).status).toBe(200)
  expect(await fixture.service.organisations.find(contoso)).toEqual(before)
})

test('a tenant that somebody else put into the address is not installed, nor is their own', async () => {
  const { browser, fabrikam, installed } = await startInstalling()
  browser.consent = { admin_consent: 'True', tenant: fabrikam }
  const end = await browser.install()
  expect([end.status, end.body.includes('This is another organisation')]).toEqual([403, true])
  expect(await installed()).toBe(0)
})

test('whoever signs in afterwards has to be an administrator', async () => {
  const { fixture, browser, anna, installed } = await startInstalling()
  browser.person = anna
  const end = await browser.install()
  expect([end.status, end.body.includes('This takes an administrator')]).toEqual([403, true])
  const failed = []
  for await (const entry of fixture.service.audit.serviceExtract())
    if (entry.act === 'authentication-failed') failed.push(entry)
  expect(failed).toMatchObject([{ by: 'anyone', details: 'code=ADMINISTRATOR_REQUIRED; count=1' }])
  expect(await installed()).toBe(0)
})

test('the administrator of another organisation installs neither', async () => {
  const { browser, lars, installed } = await startInstalling()
  browser.person = lars
  expect((await browser.install()).status).toBe(403)
  expect(await installed()).toBe(0)
})

test.each([
  ['access_denied', 'AADSTS65004: User declined to consent', 'Not installed'],
  ['access_denied', 'AADSTS90094: The grant requires admin permission', 'This takes an administrator'],
  ['<script>', '<script>alert(1)</script>', 'Microsoft did not let you in'],
])(
  '%s counts although the answer says admin_consent=True, and is not repeated on the page',
  async (error, text, title) => {
    const { browser, contoso, installed } = await startInstalling()
    browser.consent = { admin_consent: 'True', tenant: contoso, error, error_description: text }
    const end = await browser.install()
    expect(end.body).toContain(title)
    expect(end.body).not.toContain('AADSTS')
    expect(end.body).not.toContain('<script')
    expect(await installed()).toBe(0)
  },
)

/** The address Microsoft sends the browser to, before anybody is there. */
async function answered() {
  const started = await startInstalling()
  const { browser, contoso } = started
  let state = ''
  const { open } = browser
  browser.open = async (address) => {
    const found = /^\/install\/callback\?.*state=([\w-]{43})/.exec(address)
    if (found === null) return open(address)
    state = found[1] ?? ''
    return { path: '', status: 0, body: '' }
  }
  await browser.install()
  browser.open = open
  const back = (changes: Record<string, string> = {}) =>
    `/install/callback?${new URLSearchParams({ admin_consent: 'True', tenant: contoso, state, ...changes })}`
  return { ...started, back, state }
}

test('an answer is good in the browser that began, once, and another browser spoils nothing', async () => {
  const { fixture, browser, carla, back, installed } = await answered()
  const other = createAdministratorBrowser(fixture.service, carla)
  expect((await other.open(back())).body).toContain('This began in another browser')
  expect(await installed()).toBe(0)
  expect((await browser.open(back())).path).toBe('/organisation')
  expect((await browser.open(back())).body).toContain('This link was used before')
})

test.each([
  ['a made-up state', { state: 's'.repeat(43) }, 'This link was used before'],
  ['no tenant', { tenant: '' }, 'This link does not work'],
  ['a domain for a tenant', { tenant: 'contoso.example' }, 'This link does not work'],
  ['no consent', { admin_consent: 'False' }, 'This link does not work'],
])('%s installs nothing', async (_, changes, title) => {
  const { browser, back, installed } = await answered()
  expect((await browser.open(back(changes))).body).toContain(title)
  expect(await installed()).toBe(0)
})

test.each(['tenant=1', 'state=1', 'tenant[]=1', 'error=a&error=b'])(
  'an answer with %s beside is refused',
  async (more) => {
    const { browser, back, installed } = await answered()
    expect((await browser.open(`${back()}&${more}`)).status).toBe(400)
    expect(await installed()).toBe(0)
  },
)

test('an answer after half an hour installs nothing', async () => {
  const { fixture, browser, back, installed } = await answered()
  await fixture.clock.advance(minutes(30))
  expect((await browser.open(back())).body).toContain('This took too long')
  expect(await installed()).toBe(0)
})

test('the last step without the sign-in, or with a made-up installation, installs nothing', async () => {
  const { browser, installed } = await startInstalling()
  const finish = `/install/finish?installation=${'i'.repeat(43)}`
  expect((await browser.open(finish)).body).toContain('You are no longer signed in')
  await browser.open('/organisation/sign-in')
  expect((await browser.open(finish)).body).toContain('This link was used before')
  expect(await installed()).toBe(0)
})

test('the form is taken from our page in the same browser only', async () => {
  const { fixture, browser, carla } = await startInstalling()
  const page = await browser.open('/install')
  expect((await createAdministratorBrowser(fixture.service, carla).submit(page)).status).toBe(400)
  expect((await browser.submit(page, { token: 'x' })).status).toBe(400)
})

test('the page tells every permission that Microsoft is asked for', async () => {
  const { browser } = await startInstalling()
  const { body } = await browser.open('/install')
  for (const name of [
    'Calendars.ReadWrite',
    'MailboxSettings.Read',
    'User.Read',
    'offline_access',
    'openid',
    'profile',
  ])
    expect(body).toContain(name)
  expect(body).toContain('Stored in Denmark, processed in the EU (Ireland)')
})
