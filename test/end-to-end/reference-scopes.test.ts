import { expect, test } from 'vitest'
import { GROUPS } from '../../shared/api/reference/registry.ts'
import { SCOPES, type Scope } from '../../shared/integrators/scopes.ts'
import { startWriting } from '../support/writing.ts'

const endpoints = GROUPS.flatMap((group) => group.endpoints)

/** In place of the reference's example, where that asks for more than the least that a scope lets an integrator have. */
const REQUESTS: Readonly<Record<string, object>> = {
  createChannel: { callback_url: 'https://contoso.example/changes', filters: { only_managed: true } },
}

test('O9: each endpoint takes exactly the scopes that the reference names', async () => {
  const at = await startWriting()
  const ids = { calendar_id: (await at.path()).split('/')[3] ?? '', event_uid: `evt_external_${'x'.repeat(22)}` }
  const connections = new Map<Scope, Awaited<ReturnType<typeof at.fixture.connect>>>()
  for (const scope of SCOPES) connections.set(scope, await at.fixture.connect(at.person, undefined, scope))
  for (const { id, method, path, access, body } of endpoints) {
    if (typeof access === 'string' || id === 'revokeProfile') continue
    const named = path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name as keyof typeof ids] ?? 'x')
    const address = method === 'GET' ? `${named}?tzid=Etc/UTC` : named
    const sent = method === 'GET' ? {} : { body: REQUESTS[id] ?? body?.example ?? {} }
    const refused: Scope[] = []
    for (const [scope, connection] of connections)
      if ((await connection.call({ method, path: address, ...sent })).status === 403) refused.push(scope)
    const expected = access.token.length === 0 ? [] : SCOPES.filter((scope) => !access.token.includes(scope))
    expect({ id, refused }).toEqual({ id, refused: expected })
  }
})
