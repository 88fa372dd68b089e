import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningSystem, startWholeSystem } from '../support/system.ts'

const run = promisify(execFile)
let system: RunningSystem

beforeAll(async () => {
  system = await startWholeSystem()
})
afterAll(() => system.close())

/** `npm run integrator -- ...`, for the local system of this test. */
async function command(...args: string[]): Promise<string> {
  const { ENVIRONMENT: _, ...env } = process.env
  const offset = Number(new URL(system.addresses.sync).port) - 7071
  const options = { env: { ...env, LOCAL_PORT_OFFSET: String(offset) } }
  return (await run('node_modules/.bin/tsx', ['infra/integrator-command.ts', ...args], options)).stdout
}

async function tokenError(id: string, secret: string): Promise<string | undefined> {
  const fields = { grant_type: 'refresh_token', refresh_token: 'x', client_id: id, client_secret: secret }
  const answer = await fetch(`${system.addresses.sync}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams(fields),
  })
  return ((await answer.json()) as { error?: string }).error
}

test('an integrator that is added, given a second secret and removed on the command line is so for the running service', {
  timeout: 240_000,
}, async () => {
  const uri = 'http://localhost:9999/back'
  const added = await command(
    'add',
    '--id',
    'diary',
    '--name',
    'Diary',
    '--redirect-uri',
    uri,
    '--scope',
    'read_events',
  )
  const [, first = ''] = /client_secret +(\S+)/.exec(added) ?? []
  expect(await tokenError('diary', first)).toBe('invalid_grant')
  const [, second = ''] = /client_secret +(\S+)/.exec(await command('rotate-secret', 'diary')) ?? []
  for (const secret of [first, second]) expect(await tokenError('diary', secret)).toBe('invalid_grant')
  await command('rotate-secret', 'diary', '--end-old')
  expect(await tokenError('diary', first)).toBe('invalid_client')
  const listed = await command('list')
  expect(listed).toMatch(/diary {2}"Diary" {2}secrets: 1.*flowagent.*sample/s)
  expect(listed).not.toContain(second)
  await command('remove', 'diary')
  expect(await tokenError('diary', second)).toBe('invalid_client')
  await expect(command('remove', 'diary')).rejects.toMatchObject({ code: 1 })
  await expect(command('forget')).rejects.toMatchObject({ code: 2 })
})
