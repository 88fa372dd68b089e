import { afterEach, beforeEach, expect, test } from 'vitest'
import { APP, createVisitor, REDIRECT_URI, SCOPES, startEntra } from '../support/entra.ts'

let entra: Awaited<ReturnType<typeof startEntra>>
beforeEach(async () => {
  entra = await startEntra()
})
afterEach(() => entra.close())

const authorizeUrl = (loginHint: string) =>
  `${entra.base}/organizations/oauth2/v2.0/authorize?${new URLSearchParams({
    client_id: APP.clientId,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: `${SCOPES.join(' ')} openid profile offline_access`,
    login_hint: loginHint,
  })}`

async function redeem(form: Record<string, string>) {
  const response = await fetch(`${entra.base}/organizations/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: APP.clientId, client_secret: APP.clientSecret, ...form }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

/** Signs a person in. @returns the refresh token. */
async function signIn(address: string): Promise<string> {
  const visitor = createVisitor()
  await visitor.open(authorizeUrl(address))
  const answer = await visitor.signIn(address)
  const back = answer.searchParams.has('code') ? answer : await visitor.press('accept')
  const code = back.searchParams.get('code') ?? ''
  const { body } = await redeem({ grant_type: 'authorization_code', redirect_uri: REDIRECT_URI, code })
  return String(body['refresh_token'])
}

const refresh = (token: string) => redeem({ grant_type: 'refresh_token', refresh_token: token })

async function twoPeople() {
  const colleague = entra.world.addPerson({ tid: entra.contoso.tid, displayName: 'Bente Friis' })
  return {
    anna: await signIn(entra.anna.userPrincipalName),
    bente: await signIn(colleague.userPrincipalName),
  }
}

test.each([
  ['a disabled person', { code: 50057 }, { error: 'invalid_grant', error_codes: [50057] }, undefined],
  ['conditional access', { code: 53003 }, { error: 'invalid_grant', error_codes: [53003] }, 'message_only'],
  ['a revoked grant', { code: 50173 }, { error: 'invalid_grant', error_codes: [50173] }, 'bad_token'],
  ['a revoked grant without its suberror', { code: 50173, suberror: '' }, { error: 'invalid_grant' }, undefined],
  ['an unknown suberror', { code: 70008, suberror: 'new_thing' }, { error: 'invalid_grant' }, 'new_thing'],
  ['an expired client secret', { code: 7000222 }, { error: 'invalid_client', error_codes: [7000222] }, undefined],
] as const)('%s meets the person it is ordered for, while others go on', async (_, fault, body, suberror) => {
  const tokens = await twoPeople()
  await entra.control('faults', { token: [{ ...fault, person: entra.anna.oid, probability: 1 }] })
  for (let number = 0; number < 2; number += 1) {
    const refused = await refresh(tokens.anna)
    expect(refused.body).toMatchObject(body)
    expect(refused.body['suberror']).toBe(suberror)
    expect((await refresh(tokens.bente)).status).toBe(200)
  }
  await entra.control('faults', { token: [] })
  expect((await refresh(tokens.anna)).status).toBe(200)
})

test('the token endpoint fails with a probability, the same way with the same seed', async () => {
  const { anna } = await twoPeople()
  const sequence = async (seed: number) => {
    await entra.control('faults', { seed, token: [{ code: 50196, probability: 0.5 }] })
    const all: number[] = []
    for (let number = 0; number < 20; number += 1) all.push((await refresh(anna)).status)
    return all
  }
  const first = await sequence(1)
  expect(new Set(first)).toEqual(new Set([200, 400]))
  expect(await sequence(2)).not.toEqual(first)
  expect(await sequence(1)).toEqual(first)
})

test('a person who is expected at the sign-in page is sent back with the refusal ordered for them', async () => {
  await entra.control('faults', { authorize: [{ code: 65004, person: entra.anna.userPrincipalName }] })
  const other = await createVisitor().open(authorizeUrl(entra.chef.userPrincipalName))
  expect(other.searchParams.get('error')).toBe(null)
  const anna = await createVisitor().open(authorizeUrl(entra.anna.userPrincipalName))
  expect(anna.searchParams.get('error')).toBe('access_denied')
})
