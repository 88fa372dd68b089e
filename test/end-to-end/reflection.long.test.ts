import { afterAll, beforeAll, expect, test } from 'vitest'
import { addressOf, HEADER_NAMES, type HttpFunction, namesFor } from '../support/edge/addresses.ts'
import { startConnected } from '../support/edge/connected.ts'
import type { RunningSystem } from '../support/system.ts'

/** Breaks out of an attribute, an element, a JSON text and a path, if anything lets it. */
const MARK = `zqmark"'><i>zq</i>\\..//%0d%0ax`
const SAID = 'zqmark'

let system: RunningSystem
let functions: readonly HttpFunction[]
let authorization: string

beforeAll(async () => {
  const connected = await startConnected()
  ;({ system, functions } = connected)
  authorization = `Bearer ${connected.token}`
})

afterAll(() => system.close())

interface Attempt {
  readonly what: string
  readonly path: string
  readonly init: RequestInit
}

/** Everything of the answer that says the mark, as `what: where`. */
async function repeated({ what, path, init }: Attempt): Promise<readonly string[]> {
  const answer = await fetch(system.addresses.sync + path, { redirect: 'manual', ...init })
  const body = await answer.text()
  const heads = [...answer.headers].filter(([name, value]) => `${name} ${value}`.includes(SAID)).map(([name]) => name)
  return [...heads, ...(body.includes(SAID) ? ['body'] : [])].map((where) => `${what}: ${where}`)
}

/** A few at a time, as the machine has few cores. */
async function all(attempts: readonly Attempt[]): Promise<readonly string[]> {
  const left = [...attempts]
  const said: string[] = []
  const work = async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) said.push(...(await repeated(next)))
  }
  await Promise.all(Array.from({ length: 8 }, work))
  return said.sort()
}

const each = (attempts: (one: HttpFunction, method: string, path: string) => readonly Attempt[]) =>
  functions.flatMap((one) => one.methods.flatMap((method) => attempts(one, method, addressOf(one, 'a'.repeat(22)))))

const authorized = ({ template }: HttpFunction): Record<string, string> =>
  template.startsWith('/v1/') ? { authorization } : {}

const marked = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, MARK]))

test('no answer repeats what stands in a query', { timeout: 240_000 }, async () => {
  const attempts = each((one, method, path) =>
    ['GET', 'DELETE'].includes(method)
      ? namesFor(one).map((names) => ({
          what: `${method} ${one.template}?${names}`,
          path: `${path}?${new URLSearchParams(marked(names))}`,
          init: { method, headers: authorized(one) },
        }))
      : [],
  )
  expect(attempts.length).toBeGreaterThan(300)
  expect(await all(attempts)).toEqual([])
})

test('no answer repeats what stands in a body that it refuses', { timeout: 240_000 }, async () => {
  const attempts = each((one, method, path) =>
    ['POST', 'DELETE'].includes(method) && !one.template.includes('*')
      ? namesFor(one).map((names, at) => ({
          what: `${method} ${one.template} ${names}`,
          path,
          init: { method, ...bodyOf(names, at % 2 === 0, authorized(one)) },
        }))
      : [],
  )
  expect(attempts.length).toBeGreaterThan(300)
  expect(await all(attempts)).toEqual([])
})

const bodyOf = (names: readonly string[], isJson: boolean, headers: Record<string, string>) => ({
  headers: { ...headers, 'content-type': isJson ? 'application/json' : 'application/x-www-form-urlencoded' },
  body: isJson ? JSON.stringify(marked(names)) : new URLSearchParams(marked(names)).toString(),
})

test('no answer repeats a header, a cookie or a part of the address', { timeout: 240_000 }, async () => {
  const said = `"'><i>${SAID}`
  const attempts = each((one, method, path) => [
    ...HEADER_NAMES.map((name) => ({
      what: `${method} ${one.template} ${name}`,
      path,
      init: { method, headers: { ...authorized(one), [name]: name === 'authorization' ? `Bearer ${said}` : said } },
    })),
    { what: `${method} ${one.template}`, path: addressOf(one, MARK), init: { method, headers: authorized(one) } },
  ])
  expect(await all(attempts)).toEqual([])
})

test('a consent page repeats the request as text that cannot leave its field', async () => {
  const asked = {
    ...{ response_type: 'code', client_id: 'sample', redirect_uri: 'http://localhost:8765/callback' },
    ...{ scope: 'read_events', state: MARK, code_challenge_method: 'S256', code_challenge: 'c'.repeat(43) },
  }
  const answer = await fetch(`${system.addresses.sync}/oauth/authorize?${new URLSearchParams(asked)}`)
  const body = await answer.text()
  expect(answer.status).toBe(200)
  expect(body.split(SAID)).toHaveLength(2)
  expect(body).toContain('name="state" value="zqmark&quot;&#39;&gt;&lt;i&gt;zq')
})

test("Graph's handshake is answered with its token as plain text that a browser can make nothing of", async () => {
  const answer = await fetch(
    `${system.addresses.sync}/graph/notifications?${new URLSearchParams({ validationToken: MARK })}`,
    { method: 'POST' },
  )
  expect([answer.status, await answer.text()]).toEqual([200, MARK])
  expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/)
})
