import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildFunctions } from '../../infra/bundle/build.ts'

/** The service as it is deployed, built once for all benches of a run. */
export interface BuiltService {
  /** @returns the folder. */
  folder(): Promise<string>
  remove(): Promise<void>
}

export function createBuiltService(): BuiltService {
  let built: Promise<string> | undefined
  return {
    folder() {
      built ??= build()
      return built
    },
    async remove() {
      if (built !== undefined) await rm(await built, { recursive: true, force: true })
    },
  }
}

async function build(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-app-'))
  await buildFunctions(directory)
  for (const name of ['package.json', 'host.json']) await copyFile(name, join(directory, name))
  return directory
}
