import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { answersOf } from '../../../shared/api/reference/answers.ts'
import { GROUPS } from '../../../shared/api/reference/registry.ts'

const endpoints = GROUPS.flatMap((group) => group.endpoints)

/** Addresses that are no part of the integrator API, or are for people. */
const OTHERS = [
  ...[
    'GET assets/style.css',
    'GET docs',
    'GET docs/assets/{name}',
    'GET docs/cronofy.d.ts',
    'GET docs/getting-started',
    'GET health',
    'GET openapi.json',
  ],
  ...[
    'GET oauth/callback',
    'GET oauth/answer',
    'POST oauth/answer',
    'GET oauth/permissions',
    'POST oauth/permissions',
    'GET oauth/reconnect',
    'POST oauth/reconnect',
    'POST oauth/authorize',
    'POST graph/lifecycle',
    'POST graph/notifications',
    'GET session/callback',
  ],
]

/** What `functions/*.ts` register with the Functions host. */
function registered(): string[] {
  const sources = readdirSync('functions').map((name) => readFileSync(`functions/${name}`, 'utf8'))
  return sources.flatMap((source) => {
    const [, route] = /app\.http\([\s\S]*?route: '([^']+)'/.exec(source) ?? []
    if (route === '{*path}') return []
    const [, methods = ''] = /methods: \[([^\]]+)\]/.exec(source) ?? []
    return route === undefined ? [] : [...methods.matchAll(/'(\w+)'/g)].map(([, method]) => `${method} ${route}`)
  })
}

test('the reference describes exactly the routes that the functions register', () => {
  const described = endpoints.map(({ method, path }) => `${method} ${path.slice(1)}`)
  expect([...described, ...OTHERS].sort()).toEqual(registered().sort())
})

test('no two endpoints have the same id', () => {
  const ids = endpoints.map(({ id }) => id)
  expect(ids).toEqual([...new Set(ids)])
})

test.each(endpoints.map((endpoint) => [endpoint.id, endpoint] as const))(
  '%s describes each placeholder of its path',
  (_, { path, params = {} }) => {
    const placeholders = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    expect(Object.keys(params)).toEqual(placeholders)
  },
)

test.each(endpoints.map((endpoint) => [endpoint.id, endpoint] as const))(
  '%s has examples that fit its schemas',
  (_, endpoint) => {
    const { body } = endpoint
    if (body !== undefined) expect(body.schema.safeParse(body.example).error).toBeUndefined()
    for (const answer of Object.values(answersOf(endpoint)))
      if (answer.example !== undefined) expect(answer.body?.safeParse(answer.example).error).toBeUndefined()
  },
)
