import { expect } from 'vitest'
import type { Person } from '../../infra/local/microsoft365/world.ts'
import { type AdministratorBrowser, createAdministratorBrowser } from './administrators.ts'
import { wholeOf } from './me.ts'
import { askingFor, back, form } from './oauth.ts'
import { type ServiceFixture, startService } from './service.ts'

/** Two groups of people. */
export const PILOTS = '9d47e1b8-53c6-4f0a-8e21-7b6a4c3d2f15'
export const OTHERS = '6a0f3c52-1d8e-4b93-a7c4-2e5f8091b3d6'

/** An organisation that has installed, with an administrator and two people. */
export async function startContoso() {
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
export async function uninstalling(browser: AdministratorBrowser) {
  await browser.open('/organisation')
  return browser.open('/organisation/uninstall')
}

/** What was done with Contoso. */
export async function trailOf({ service, world }: ServiceFixture): Promise<string> {
  const [tid = ''] = world.organisations.keys()
  return wholeOf(service.audit.organisationCsv(service.organisations.idOf(tid)))
}

/** A person who is let in, and whose tokens are good. */
export async function expectLetIn(fixture: ServiceFixture, person: Person): Promise<void> {
  const connection = await fixture.connect(person)
  expect((await connection.get('/v1/userinfo')).status).toBe(200)
}

export const NOT_ALLOWED = 'Your organisation does not allow this for you'

export const manyGroups = (count: number) => [PILOTS, ...Array.from({ length: count - 1 }, (_, at) => `group ${at}`)]

/** What somebody reads who cannot connect. */
export async function refused({ service }: ServiceFixture, person: Person): Promise<string> {
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
