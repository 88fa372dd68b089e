import { afterEach, beforeEach, expect, test } from 'vitest'
import { randomToken, systemRandom } from '../../shared/core/random.ts'
import { createEntra } from '../../shared/microsoft/entra.ts'
import { isAdministrator } from '../../shared/organisations/organisation.ts'
import { APP, createVisitor, REDIRECT_URI, startEntra } from '../support/entra.ts'
import { patient } from '../support/silence.ts'

let standIn: Awaited<ReturnType<typeof startEntra>>
beforeEach(async () => {
  standIn = await startEntra()
})
afterEach(() => standIn.close())

const adapter = () =>
  createEntra({
    ...{ authority: standIn.base, clientId: APP.clientId, proof: APP.clientSecret },
    redirectUris: { mailbox: REDIRECT_URI, identity: REDIRECT_URI, installation: REDIRECT_URI },
    patience: patient,
  })

/** What our adapter learns of somebody who signs in. */
async function standingOf(address: string) {
  const [state, nonce, verifier] = [systemRandom, systemRandom, systemRandom].map(randomToken) as [
    string,
    string,
    string,
  ]
  const ticket = { state, nonce, verifier }
  const visitor = createVisitor()
  await visitor.open(await adapter().authorizeUrl(ticket, 'identity'))
  const answer = await visitor.signIn(address)
  const back = answer.searchParams.has('code') ? answer : await visitor.press('accept')
  return (await adapter().redeem(back.searchParams.get('code') ?? '', ticket, 'identity')).standing
}

const groups = (count: number) =>
  Array.from({ length: count }, (_, at) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`)

test('an administrator is told from other people by the roles in the ID token', async () => {
  expect(isAdministrator((await standingOf(standIn.chef.userPrincipalName)).roles)).toBe(true)
  const { roles } = await standingOf(standIn.anna.userPrincipalName)
  expect([roles.length, isAdministrator(roles)]).toEqual([1, false])
})

test.each([0, 1, 200])('%i groups are told', async (count) => {
  await standIn.control(`people/${standIn.anna.oid}`, { groups: groups(count) })
  expect((await standingOf(standIn.anna.userPrincipalName)).groups).toEqual(groups(count))
})

test('of 201 groups none is told, and we know that we do not know', async () => {
  await standIn.control(`people/${standIn.anna.oid}`, { groups: groups(201) })
  expect((await standingOf(standIn.anna.userPrincipalName)).groups).toBeUndefined()
})

test('an administrator who agrees for everybody is sent back with the tenant, and people are not asked any more', async () => {
  const visitor = createVisitor()
  await visitor.open(adapter().adminConsentUrl('the-state'))
  await visitor.signIn(standIn.chef.userPrincipalName)
  const back = Object.fromEntries((await visitor.press('accept')).searchParams)
  expect(back).toMatchObject({ admin_consent: 'True', tenant: standIn.fabrikam.tid, state: 'the-state' })
  expect(back).not.toHaveProperty('error')
  const bo = createVisitor()
  await bo.open(await adapter().authorizeUrl({ state: 's', nonce: 'n', verifier: 'v'.repeat(43) }))
  expect((await bo.signIn(standIn.bo.userPrincipalName)).searchParams.has('code')).toBe(true)
})

test('a refusal says admin_consent=True as well', async () => {
  const visitor = createVisitor()
  await visitor.open(adapter().adminConsentUrl('the-state'))
  await visitor.signIn(standIn.bo.userPrincipalName)
  const back = (await visitor.press('return')).searchParams
  expect([back.get('admin_consent'), back.get('error')]).toEqual(['True', 'access_denied'])
  expect(back.get('error_description')).toMatch(/^AADSTS90094/)
})

test('an installation that asks for an address that is not registered is sent nowhere', async () => {
  const url = adapter()
    .adminConsentUrl('s')
    .replace(encodeURIComponent(REDIRECT_URI), 'https%3A%2F%2Felsewhere.example')
  const visitor = createVisitor()
  await visitor.open(url)
  expect(visitor.text()).toContain('AADSTS50011')
})
