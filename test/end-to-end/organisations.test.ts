import { expect, test } from 'vitest'
import { createAdministratorBrowser } from '../support/administrators.ts'
import { refused, startContoso, trailOf, uninstalling } from '../support/contoso.ts'
import { actsIn, visitMe } from '../support/me.ts'
import { request } from '../support/oauth.ts'
import { startService } from '../support/service.ts'

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

test('whoever signs out is signed out', async () => {
  const { browser } = await startContoso()
  const page = await browser.open('/organisation')
  expect((await browser.submit(page, {}, 'sign-out')).body).toContain('You are signed out')
})
