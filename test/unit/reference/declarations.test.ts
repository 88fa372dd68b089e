import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientDeclarations } from '../../../shared/api/reference/declarations/declarations.ts'
import { METHODS } from '../../../shared/api/reference/declarations/methods.ts'
import { openApiDocument } from '../../../shared/api/reference/document.ts'
import { GROUPS } from '../../../shared/api/reference/registry.ts'
import { CLIENT_PROGRAM } from '../../support/client-program.ts'

type Method = (options: object) => Promise<unknown>

const require = createRequire(import.meta.url)
const Cronofy = require('cronofy') as new (configuration: object) => Record<string, Method> & { urls: { api: string } }

const asked: string[] = []
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url?.split('?')[0]}`)
  response.setHeader('content-type', 'application/json').end('{}')
})
let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cronofy-types-'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  server.close()
  await rm(directory, { recursive: true, force: true })
})

/** What the compiler says about a program; nothing when it is right. */
async function compile(program: string): Promise<string> {
  const options = { strict: true, noEmit: true, module: 'NodeNext', target: 'ES2023', types: [], skipLibCheck: false }
  const compilerOptions = { ...options, lib: ['ES2023', 'DOM'], exactOptionalPropertyTypes: true }
  await writeFile(join(directory, 'package.json'), '{"type":"module"}')
  await writeFile(join(directory, 'cronofy.d.ts'), clientDeclarations(openApiDocument('https://sync.example')))
  await writeFile(join(directory, 'program.ts'), program)
  await writeFile(
    join(directory, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['cronofy.d.ts', 'program.ts'] }),
  )
  const compiler = resolve('node_modules/typescript/bin/tsc')
  return new Promise((done) => {
    execFile(process.execPath, [compiler, '-p', directory], (_, output) => done(output))
  })
}

test('a program that uses every method compiles with the declarations, and its mistakes are found', async () => {
  expect(await compile(CLIENT_PROGRAM)).toBe('')
})

test('the program uses every method that is declared', () => {
  const used = [...CLIENT_PROGRAM.matchAll(/client\.(\w+)\(/g)].map(([, name]) => name ?? '')
  expect([...new Set(used)].sort()).toEqual([...METHODS.map(({ name }) => name), 'hmacValid'].sort())
})

test.each(METHODS.map((method) => [method.name, method] as const))(
  'the package sends %s to the endpoint that it is typed by',
  async (name, { endpoint }) => {
    const described = GROUPS.flatMap(({ endpoints }) => endpoints).find(({ id }) => id === endpoint)
    const params = Object.fromEntries(Object.keys(described?.params ?? {}).map((param) => [param, `{${param}}`]))
    const client = new Cronofy({ client_id: 'a', client_secret: 'b', access_token: 'c', refresh_token: 'd' })
    client.urls.api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    asked.length = 0
    await client[name]?.(params)
    expect(asked.map(decodeURIComponent)).toEqual([`${described?.method} ${described?.path}`])
  },
)
