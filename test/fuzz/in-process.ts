import { createRequire } from 'node:module'
import type { HttpResponseInit } from '@azure/functions'
import { endpoint } from '../../shared/api/endpoint.ts'
import { apiFailure, type FailureAnswer, oauthFailure } from '../../shared/api/failure.ts'
import type { Handler } from '../../shared/api/handler.ts'
import { failurePage } from '../../shared/api/oauth/failure-page.ts'
import { GROUPS } from '../../shared/api/reference/registry.ts'
import { runWithin } from '../../shared/core/running.ts'
import { seconds } from '../../shared/core/time.ts'
import { PLANNER, tokensFor } from '../support/authorization.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { HANDLERS } from '../support/handlers.ts'
import { startService } from '../support/service.ts'
import { CANARY, type Target, type WireRequest } from './target.ts'

/** The library is CommonJS, and Node does not find its names. */
const library = createRequire(import.meta.url)('@azure/functions') as typeof import('@azure/functions')

const PATHS = new Map(GROUPS.flatMap(({ endpoints }) => endpoints).map(({ id, path }) => [id, path]))

const ORIGIN = 'http://localhost:7071'

const OAUTH = ['exchangeToken', 'revokeToken', 'readServerMetadata']

const failureOf = (id: string): FailureAnswer =>
  id === 'authorize' ? failurePage : OAUTH.includes(id) ? oauthFailure : apiFailure

/** The service in this process, with everything around it in memory. */
export async function startInProcess(): Promise<Target> {
  const fixture = await startService()
  const { service, world, clock } = fixture
  const tid = world.organisations.keys().next().value ?? ''
  const anna = world.addPerson({ tid, displayName: 'Anna Holm' })
  const bent = world.addPerson({ tid, displayName: `Bent ${CANARY}` })
  for (const [person, subject] of [
    [anna, 'Mine'],
    [bent, CANARY],
  ] as const)
    for (let day = 10; day < 20; day++)
      world.mailboxOf(person.oid).create(oneHour(`${subject} ${day}`, `2026-11-${day}`))
  const foreign = await tokensFor(service, bent)
  await tokensFor(service, bent, PLANNER)
  await fixture.settle()
  return {
    foreign,
    tokens: () => tokensFor(service, anna),
    spareTokens: async () => Object.values(await tokensFor(service, anna, PLANNER)).filter(isToken),
    send: (id, request) => call(HANDLERS[id]?.(service), failureOf(id), id, request),
    async rest() {
      await clock.advance(seconds(60))
      await fixture.settle()
      await fixture.deliver()
      await service.wakeDue()
      await fixture.settle()
    },
    close: async () => {},
  }
}

const isToken = (value: unknown) => typeof value === 'string' && value.length > 40

let calls = 0

/** Calls a handler the way the Functions host does. */
async function call(handler: Handler | undefined, failure: FailureAnswer, id: string, request: WireRequest) {
  if (handler === undefined) throw new Error(`nothing is known of ${id}`)
  const { method, address, headers, body } = request
  calls += 1
  const context = new library.InvocationContext({
    invocationId: `call-${calls}`,
    functionName: id,
    logHandler: () => {},
  })
  const received = new library.HttpRequest({
    method,
    url: ORIGIN + address,
    headers,
    params: paramsOf(id, address),
    ...(body !== undefined && method !== 'GET' && { body: { bytes: Buffer.from(body) } }),
  })
  const handle = () => endpoint(handler, failure)(received, context)
  const answer = (await runWithin({ depth: 0, write: () => {} }, handle)) as HttpResponseInit
  return {
    status: answer.status ?? 200,
    headers: new Headers(answer.headers as Record<string, string>),
    body: String(answer.body ?? ''),
  }
}

/** The values of the placeholders, which the host takes out of the path. */
function paramsOf(id: string, address: string): Record<string, string> {
  const given = address.split('?')[0]?.split('/').slice(1) ?? []
  const names = PATHS.get(id)?.split('/').slice(1) ?? []
  const found = names.map((name, at) => [name, given[at] ?? ''] as const).filter(([name]) => name.startsWith('{'))
  return Object.fromEntries(found.map(([name, value]) => [name.slice(1, -1), decodeURIComponent(value)]))
}
