import { execFile } from 'node:child_process'
import { readdir, rm } from 'node:fs/promises'
import { env, execPath } from 'node:process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { portOf } from '../../infra/local/addresses.ts'
import { type FunctionsProcess, spawnFunctionsHost } from '../../infra/local/functions-host/spawn-functions-host.ts'
import { installOrganisations } from '../../infra/local/installation.ts'
import type { Mailbox } from '../../infra/local/microsoft365/mailbox/mailbox.ts'
import { connectPerson, type SampleIntegrator } from '../../infra/local/sample-integrator.ts'
import { IDENTITY_SETTINGS, Settings } from '../../shared/config.ts'
import { days, later, systemClock, toIsoSeconds } from '../../shared/core/time.ts'
import { eventually } from '../support/eventually.ts'
import { freeOffset } from '../support/free-offset.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { type Secretless, startSecretless } from '../support/secretless.ts'
import { emptyWorld, firstPullDone } from '../support/system.ts'
import { unpackApp } from '../support/unpacked.ts'

const DAY = toIsoSeconds(later(systemClock.now(), days(3))).slice(0, 10)

let cloud: Secretless
let host: FunctionsProcess
let folder: string
let mailbox: Mailbox
let client: SampleIntegrator
const lines: string[] = []

const registerSample = (environment: Record<string, string>) =>
  promisify(execFile)(execPath, ['--import', 'tsx', 'test/support/register-sample.ts'], {
    env: { ...env, ...environment },
  })

beforeAll(async () => {
  const offset = await freeOffset()
  const port = portOf('functions', offset)
  const world = emptyWorld()
  const [tid = ''] = world.organisations.keys()
  const person = world.addPerson({ tid, displayName: 'Anna Holm' })
  mailbox = world.mailboxOf(person.oid)
  const publicUrl = `http://localhost:${port}`
  cloud = await startSecretless({ world, publicUrl, tablesPort: portOf('tables', offset) })
  await registerSample(cloud.environment)
  folder = await unpackApp(inject('app'))
  const write = (line: string) => void lines.push(line)
  host = await spawnFunctionsHost({
    ...{ appDirectory: folder, port, environment: cloud.environment, masterKey: 'key', write },
  })
  await installOrganisations(publicUrl, world)
  client = await connectPerson(publicUrl, person.userPrincipalName)
  await firstPullDone(client)
}, 240_000)

afterAll(async () => {
  await host.close()
  await cloud.close()
  await rm(folder, { recursive: true })
})

test('the package holds what the host needs, and it alone', async () => {
  expect((await readdir(folder)).sort()).toEqual(['dist', 'host.json', 'package.json'])
  expect(host.failures).toEqual([])
  const registering = (await readdir('functions')).filter((name) => name !== 'invocations.ts')
  expect(host.functions).toHaveLength(registering.length)
})

test('everything is reached without a secret', async () => {
  const health = await fetch(`${host.url}/health`)
  expect([health.status, await health.text()]).toEqual([200, expect.not.stringContaining('failed')])
  const secrets = ['ServiceBus', 'TABLES_ACCOUNT_KEY', 'KEY_VAULT_TOKEN', 'MICROSOFT_CLIENT_SECRET']
  expect(Object.keys(cloud.environment).filter((name) => secrets.includes(name))).toEqual([])
  expect(Object.keys(Settings.shape)).toEqual(expect.arrayContaining([...secrets, ...IDENTITY_SETTINGS]))
  expect(new Set(cloud.identity.issued)).toEqual(
    new Set([
      'https://storage.azure.com',
      'https://vault.azure.net',
      'https://servicebus.azure.net/',
      'api://AzureADTokenExchange',
    ]),
  )
})

test('a change in Outlook arrives', async () => {
  mailbox.create(oneHour('Moved in', DAY, 10))
  await eventually('the new event is told', async () =>
    (await client.events()).some(({ summary }) => summary === 'Moved in'),
  )
})

test('a token is asked for once for each neighbour and process, not once for each request', () => {
  // Registering was a process of its own. For the queues the host asks on its own account.
  const ours = cloud.identity.issued.filter((resource) => !resource.includes('servicebus'))
  expect(ours.length).toBeLessThanOrEqual(6)
})
