import { readdir, readFile } from 'node:fs/promises'
import { beforeEach, expect, test } from 'vitest'
import { runAuditCommand } from '../../infra/audit.ts'
import { runIntegratorCommand } from '../../infra/integrator.ts'
import { runKeysCommand } from '../../infra/keys.ts'
import { openService } from '../../infra/open-service.ts'
import { parseOps, runOps } from '../../infra/ops.ts'
import { runRestoreCommand } from '../../infra/restore.ts'
import { systemRandom } from '../../shared/core/random.ts'
import type { FirstKeys } from '../../shared/crypto/key-record.ts'
import { watchOf } from '../../shared/service/operations.ts'
import { TABLE_NAMES } from '../../shared/storage/table.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

const ACCOUNT = `acc_${'a'.repeat(22)}`
const ADD = ['add', '--name', 'Diary', '--redirect-uri', 'https://diary.example/a', '--scope', 'read_events']

let fixture: ServiceFixture

beforeEach(async () => {
  fixture = await startService()
  fixture.tables.clear(...TABLE_NAMES)
})

const rows = () => TABLE_NAMES.flatMap((name) => fixture.tables.rows(name).map(({ rowKey }) => `${name} ${rowKey}`))

const open = (firstKeys?: FirstKeys) => openService(fixture.ports, firstKeys)

const COMMANDS = {
  audit: (args: string[]) => runAuditCommand(async () => (await open()).audit, args),
  integrator: (args: string[]) =>
    runIntegratorCommand(async (firstKeys) => (await open(firstKeys)).oauth.integrators, systemRandom, args),
  keys: (args: string[]) => runKeysCommand(async () => (await open()).keys, args),
  ops: (args: string[]) => {
    const { ports, clock } = fixture
    const operator = async () => (await open()).operator
    return runOps({ watch: watchOf(ports), operator, clock, write: () => undefined }, parseOps(args))
  },
  restore: (args: string[]) => runRestoreCommand(fixture.ports, args),
}

test.each<[keyof typeof COMMANDS, string[]]>([
  ['audit', ['verify']],
  ['audit', ['show', 'service']],
  ['integrator', ['list']],
  ['integrator', ['rotate-secret', 'diary']],
  ['integrator', ['remove', 'diary']],
  ['keys', ['status']],
  ['keys', ['rewrap']],
  ['ops', ['account', ACCOUNT]],
  ['ops', ['replay']],
  ['ops', ['resync', ACCOUNT]],
  ['ops', ['reencrypt', '--all']],
  ['restore', ['replay']],
])('S6: %s %j fails on empty tables and leaves them empty, so that a backup can be put there', async (name, args) => {
  await expect(COMMANDS[name](args)).rejects.toMatchObject({
    code: 'KEY_MISSING',
    message: expect.stringContaining('never started'),
  })
  expect(rows()).toEqual([])
})

test('S6: what looks without keys leaves empty tables empty', async () => {
  await COMMANDS.ops(['status'])
  await COMMANDS.ops(['dead-letters'])
  await COMMANDS.restore(['status'])
  expect(rows()).toEqual([])
})

test('the first integrator may be registered before the app has ever been started', async () => {
  expect(await COMMANDS.integrator(ADD)).toContain('client_secret')
  expect(await COMMANDS.integrator(['list'])).toContain('"Diary"')
  expect(await COMMANDS.keys(['status'])).toContain('No older version is needed')
})

test('every command of operators opens the service in the one way that these tests do', async () => {
  const commands = (await readdir('infra')).filter((file) => file.endsWith('-command.ts'))
  const texts = await Promise.all(
    commands.map(async (file) => [file, await readFile(`infra/${file}`, 'utf8')] as const),
  )
  expect(texts.filter(([, text]) => text.includes('createService')).map(([file]) => file)).toEqual([])
  const opening = texts.filter(([, text]) => text.includes('openService(')).map(([file]) => file)
  expect(opening.sort()).toEqual(['audit', 'integrator', 'keys', 'ops'].map((name) => `${name}-command.ts`))
})
