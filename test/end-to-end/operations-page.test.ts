import { beforeAll, expect, test } from 'vitest'
import type { Person } from '../../infra/local/microsoft365/world.ts'
import { MICROSOFT_APP } from '../../infra/local/settings.ts'
import { operationsFailure } from '../../shared/api/operations/failure-page.ts'
import { asSyncError, SyncError } from '../../shared/core/errors.ts'
import { hours } from '../../shared/core/time.ts'
import { signInTo } from '../support/browser-session.ts'
import { request } from '../support/oauth.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

const TENANT = 'f10a0003-9b6c-4d2e-a143-5c6d7e8f9a0b'
const ROLE = { [MICROSOFT_APP.clientId]: ['Operator'] }

let fixture: ServiceFixture
let people: Record<'operator' | 'colleague' | 'stranger' | 'elsewhere', Person>

beforeAll(async () => {
  fixture = await startService({ settings: { OPERATOR_TENANT: TENANT } })
  const { world } = fixture
  world.addOrganisation({ tid: TENANT, name: 'FlowAgent', domain: 'flowagent.example' })
  const other = world.addOrganisation({ name: 'Fabrikam', domain: 'fabrikam.example' }).tid
  people = {
    operator: world.addPerson({ tid: TENANT, displayName: 'Nora Winther', appRoles: ROLE }),
    colleague: world.addPerson({ tid: TENANT, displayName: 'Emil Krogh', isAdministrator: true }),
    stranger: world.addPerson({ tid: other, displayName: 'Ida Lykke' }),
    elsewhere: world.addPerson({ tid: other, displayName: 'Lars Brandt', isAdministrator: true, appRoles: ROLE }),
  }
})

const answered = (asked: ReturnType<typeof request>, page: 'status' | 'runbook' = 'status', { service } = fixture) =>
  service.operationsPages[page](asked).catch((error: unknown) => operationsFailure(asSyncError(error), 'one'))

async function look(person: Person, query = '', page: 'status' | 'runbook' = 'status') {
  const cookie = await signInTo(fixture.service, person, '/operations')
  return answered(request(`/operations${query}`, { headers: { cookie } }), page)
}

async function acts(act: string) {
  let found = 0
  for await (const entry of fixture.service.audit.serviceExtract()) if (entry.act === act) found++
  return found
}

test('an operator sees how the service does, loaded again by a header and with no script', async () => {
  await fixture.service.operations.gather()
  const { status, headers, body } = await look(people.operator)
  expect(status).toBe(200)
  expect(headers).toMatchObject({ refresh: '60', 'cache-control': 'no-store' })
  expect(headers['content-security-policy']).toContain("default-src 'none'")
  expect(body).not.toMatch(/<script|style=| on\w+=/)
  expect(body.match(/<svg[^>]* role="img"[^>]*>\s*<title>[^<]+<\/title><desc>[^<]+<\/desc>/g)?.length).toBeGreaterThan(
    5,
  )
  expect(body).toContain('<table>')
  const still = await look(people.operator, '?refresh=off&hours=336')
  expect(still.headers['refresh']).toBeUndefined()
  expect(still.body).toContain('<strong>The last 14 days</strong>')
  expect((await look(people.operator, '?hours=4')).body).toContain('<strong>The last 4 hours</strong>')
  expect((await look(people.operator, '?hours=-1')).body).toContain('<strong>The last 24 hours</strong>')
})

test('an alert that is raised leads to its section of the runbook', async () => {
  await fixture.clock.advance(hours(1))
  const { body } = await look(people.operator)
  expect(body).toContain('<a href="/operations/runbook#silence">silence</a>')
})

test.each(['colleague', 'stranger', 'elsewhere'] as const)(
  'whoever lacks the role or the tenant gets one and the same page: %s',
  async (who) => {
    const first = await look(people[who])
    expect(first.status).toBe(403)
    expect(first.body).not.toMatch(/operator|role|tenant|FlowAgent|account/i)
    expect(await look(people[who], '?hours=336')).toEqual(first)
    expect(await look(people[who], '', 'runbook')).toEqual(first)
    expect(await look(people.stranger)).toEqual(first)
  },
)

test('an administrator of another tenant who gives the role to themselves is refused, and it is noted', async () => {
  await fixture.clock.advance(hours(1))
  const before = await acts('authentication-failed')
  expect((await look(people.elsewhere)).status).toBe(403)
  expect(await acts('authentication-failed')).toBe(before + 1)
})

test('whoever is not signed in goes to the sign-in, and sees nothing', async () => {
  const { status, headers, body } = await answered(request('/operations'))
  expect([status, body]).toEqual([303, ''])
  expect(headers['location']).toContain('http://localhost:4000/authorize')
})

test('a page that could not be shown loads itself again as well, so that nobody watches an old failure', async () => {
  const away = await operationsFailure(new SyncError('STORAGE_UNAVAILABLE', 'away'), 'one')
  expect([away.status, away.headers['refresh']]).toEqual([503, '60'])
  const refused = await operationsFailure(new SyncError('OPERATOR_REQUIRED', 'no'), 'one')
  expect(refused.headers['refresh']).toBeUndefined()
})

test('each look is in the trail, once an hour for each operator', async () => {
  await fixture.clock.advance(hours(1))
  const before = await acts('operations-viewed')
  await look(people.operator)
  await look(people.operator)
  expect(await acts('operations-viewed')).toBe(before + 1)
  await fixture.clock.advance(hours(1))
  await look(people.operator)
  expect(await acts('operations-viewed')).toBe(before + 2)
})

test('without a tenant of operators there is no such page for anybody', async () => {
  const plain = await startService({ beside: fixture })
  const cookie = await signInTo(plain.service, people.operator, '/operations')
  const signedIn = await answered(request('/operations', { headers: { cookie } }), 'status', plain)
  expect(signedIn.status).toBe(404)
  expect(await answered(request('/operations'), 'status', plain)).toEqual(signedIn)
})
