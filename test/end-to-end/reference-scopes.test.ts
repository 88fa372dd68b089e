import { expect, test } from 'vitest'
import { GROUPS } from '../../shared/api/reference/registry.ts'
import { SCOPES, type Scope } from '../../shared/integrators/scopes.ts'
import { type Connection, PLANNER } from '../support/authorization.ts'
import { startWriting } from '../support/writing.ts'

const endpoints = GROUPS.flatMap((group) => group.endpoints)

/** In place of the reference's example, where that asks for more than the least that a scope lets an integrator have. */
const REQUESTS: Readonly<Record<string, object>> = {
  createChannel: { callback_url: 'https://contoso.example/changes', filters: { only_managed: true } },
}

test('O9: each endpoint refuses every scope but those that the reference names', async () => {
  const at = await startWriting()
  const ids = { calendar_id: (await at.path()).split('/')[3] ?? '', event_uid: `evt_external_${'x'.repeat(22)}` }
  const connections = new Map<Scope, Connection>()
  for (const scope of SCOPES) connections.set(scope, await at.fixture.connect(at.person, undefined, scope))
  for (const { id, method, path, access, body } of endpoints) {
    if (typeof access === 'string' || id === 'revokeProfile') continue
    const named = path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name as keyof typeof ids] ?? 'x')
    const address = method === 'GET' ? `${named}?tzid=Etc/UTC` : named
    const sent = method === 'GET' ? {} : { body: REQUESTS[id] ?? body?.example ?? {} }
    const answered = new Map<Scope, number>()
    for (const [scope, connection] of connections)
      answered.set(scope, (await connection.call({ method, path: address, ...sent })).status)
    expectOnlyNamed(id, access.token, answered)
  }
})

test('O9: a token of any scope lets go of its profile', async () => {
  const at = await startWriting()
  // Another integrator uses the account, so that it stays.
  await at.fixture.connect(at.person, PLANNER)
  const { access, path, id } = endpoints.find((endpoint) => endpoint.id === 'revokeProfile') ?? NONE
  const answered = new Map<Scope, number>()
  for (const scope of SCOPES) {
    // What ends with it is all that the person has granted the integrator, so each scope is granted anew.
    const connection = await at.fixture.connect(at.person, undefined, scope)
    const { body } = await connection.get('/v1/profiles')
    const [profile] = body['profiles'] as { profile_id: string }[]
    const { status } = await connection.send('POST', path.replace('{profile_id}', profile?.profile_id ?? ''), {})
    answered.set(scope, status)
    expect((await connection.get('/v1/profiles')).status).toBe(401)
  }
  expect([...new Set(answered.values())]).toEqual([202])
  expectOnlyNamed(id, typeof access === 'string' ? [] : access.token, answered)
})

const NONE = { id: '', path: '', access: 'none' } as const

/** @param named none when every scope is taken. What is taken may fail otherwise: these requests name what is not there. */
function expectOnlyNamed(id: string, named: readonly Scope[], answered: ReadonlyMap<Scope, number>): void {
  const isNamed = (scope: Scope) => named.length === 0 || named.includes(scope)
  const of = (isWanted: (status: number) => boolean) => SCOPES.filter((scope) => isWanted(answered.get(scope) ?? 0))
  expect({ id, refused: of((status) => status === 403) }).toEqual({ id, refused: SCOPES.filter((s) => !isNamed(s)) })
  const isTaken = (status: number) => status >= 200 && status < 500 && status !== 401 && status !== 403
  expect({ id, taken: of(isTaken) }).toEqual({ id, taken: SCOPES.filter(isNamed) })
}
