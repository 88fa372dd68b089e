import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { buildFunctions } from '../../infra/bundle/build.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder with the built service, for `startSystem`. */
    app: string
  }
}

/** Builds the service once for all tests of the whole system. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'microsoft-365-sync-'))
  await buildFunctions(directory)
  for (const name of ['package.json', 'host.json']) await copyFile(name, join(directory, name))
  project.provide('app', directory)
  return () => rm(directory, { recursive: true, force: true })
}
