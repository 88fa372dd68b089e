import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { settingsOf } from '../../infra/ops-settings.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

/** What a command says of where it works, before it does anything. */
async function said(environment: string | undefined, file?: string): Promise<string> {
  vi.stubEnv('ENVIRONMENT', environment)
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  await settingsOf(file)
  const [text] = write.mock.lastCall ?? []
  return String(text)
}

test('an operator is told which environment a command works on', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'settings-')), 'settings.json')
  writeFileSync(file, JSON.stringify({ Values: { ENVIRONMENT: 'staging' } }))
  expect(await said('production')).toBe('environment: production\n')
  expect(await said('production', file)).toBe('environment: staging\n')
})

test('one who has forgotten the settings is told that it is the local system', async () => {
  expect(await said(undefined)).toBe('environment: local\n')
})
