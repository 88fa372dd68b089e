import { expect, test } from 'vitest'
import { runIntegratorCommand } from '../../../infra/integrator.ts'
import { UsageError } from '../../../infra/usage-error.ts'
import { systemRandom } from '../../../shared/core/random.ts'
import { createOAuthWorld } from '../../support/oauth.ts'

const ADD = [
  'add',
  '--name',
  'Diary',
  '--redirect-uri',
  'https://diary.example/a',
  '--scope',
  'read_events create_event',
]

async function start() {
  const { integrators } = (await createOAuthWorld()).oauth
  const run = (...args: string[]) => runIntegratorCommand(async () => integrators, systemRandom, args)
  return { integrators, run }
}

const secretIn = (printed: string) => /^client_secret {2}([\w-]{43})$/m.exec(printed)?.[1]

test('add registers an integrator with an id and a secret of our making, and tells the secret', async () => {
  const { integrators, run } = await start()
  const printed = await run(...ADD, '--redirect-uri', 'https://diary.example/b')
  const [, id = ''] = /^client_id {6}([\w-]{22})$/m.exec(printed) ?? []
  expect(await integrators.authenticate(id, secretIn(printed))).toMatchObject({
    name: 'Diary',
    redirectUris: ['https://diary.example/a', 'https://diary.example/b'],
    scopes: ['read_events', 'create_event'],
    pkce: 'required',
    permission: 'sandbox',
  })
})

test('add takes an id, optional PKCE and the permission, and changes no integrator that is there', async () => {
  const { integrators, run } = await start()
  await run(...ADD, '--id', 'diary', '--pkce', 'optional', '--permission', 'unrestricted')
  expect(await integrators.find('diary')).toMatchObject({ pkce: 'optional', permission: 'unrestricted' })
  await expect(run(...ADD, '--id', 'diary')).rejects.toThrow('already')
})

test('list tells everything but the secrets', async () => {
  const { run } = await start()
  const secret = secretIn(await run(...ADD, '--id', 'diary')) ?? ''
  const printed = await run('list')
  expect(printed).toContain('diary  "Diary"  secrets: 1  pkce: required  permission: sandbox')
  expect(printed).toContain('https://diary.example/a')
  expect(printed).not.toContain(secret)
})

test('rotate-secret makes a second secret, and --end-old leaves only that', async () => {
  const { integrators, run } = await start()
  const first = secretIn(await run(...ADD, '--id', 'diary'))
  const second = secretIn(await run('rotate-secret', 'diary'))
  for (const secret of [first, second]) expect(await integrators.authenticate('diary', secret)).toBeDefined()
  expect(secretIn(await run('rotate-secret', 'diary', '--end-old'))).toBeUndefined()
  expect(await integrators.authenticate('diary', first)).toBeUndefined()
  expect(await integrators.authenticate('diary', second)).toBeDefined()
  const third = secretIn(await run('rotate-secret', 'diary', '--end-old'))
  expect(await integrators.authenticate('diary', second)).toBeUndefined()
  expect(await integrators.authenticate('diary', third)).toBeDefined()
})

test('remove removes', async () => {
  const { integrators, run } = await start()
  await run('remove', 'planner')
  expect(await integrators.find('planner')).toBeUndefined()
  await expect(run('remove', 'planner')).rejects.toMatchObject({ code: 'SETTINGS_INVALID' })
})

test.each([
  ['nothing', []],
  ['another command', ['make']],
  ['too much', ['remove', 'planner', 'flowagent']],
  ['nobody to remove', ['remove']],
  ['an unknown option', ['list', '--secrets']],
  ['an unknown scope', ['add', '--name', 'x', '--redirect-uri', 'https://x.example/', '--scope', 'everything']],
  ['another PKCE', [...ADD, '--pkce', 'no']],
])('%s is answered with the usage, whether or not a system runs', async (_, args) => {
  const notRunning = () => Promise.reject(new Error('opened'))
  await expect(runIntegratorCommand(notRunning, systemRandom, args)).rejects.toThrow(UsageError)
})

test.each([
  ['plain http', ['--redirect-uri', 'http://diary.example/b']],
  ['an id with a slash', ['--id', 'a/b']],
])('a registration with %s is refused', async (_, more) => {
  const { run } = await start()
  await expect(run(...ADD, ...more)).rejects.toMatchObject({ code: 'SETTINGS_INVALID' })
})
