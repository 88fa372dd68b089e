import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as z from 'zod'
import type { AppRegistry } from './app-registry.ts'
import { withCoreModule } from './core-module.ts'

const PackageJson = z.object({ main: z.string(), type: z.string().optional() })

/** Something of the app that could not be started. */
export interface LoadFailure {
  /** The file that threw, relative to the app, or the name of the function that cannot be served. */
  source: string
  reason: string
}

/**
 * Imports every file that `main` of the app's package.json matches, in the order of their names, as the Node worker
 * does. Unlike there, a file that throws does not keep the files after it from loading.
 * @returns the files that threw. @throws when the package.json is unusable or no file matches.
 */
export async function loadApp(appDirectory: string, registry: AppRegistry): Promise<LoadFailure[]> {
  const { main, type } = PackageJson.parse(JSON.parse(await readFile(join(appDirectory, 'package.json'), 'utf8')))
  const files = await matchingFiles(appDirectory, main)
  if (files.length === 0) throw new Error(`no file of the app matches main "${main}"; is it built?`)
  return withCoreModule(registry, async () => {
    const failures: LoadFailure[] = []
    for (const file of files) {
      const failure = await loadFile(appDirectory, file, type === 'module')
      if (failure !== undefined) failures.push(failure)
    }
    registry.seal()
    return failures
  })
}

async function loadFile(directory: string, file: string, isModule: boolean): Promise<LoadFailure | undefined> {
  const path = join(directory, file)
  try {
    if (file.endsWith('.mjs') || (isModule && !file.endsWith('.cjs'))) await import(pathToFileURL(path).href)
    else createRequire(path)(path)
    return undefined
  } catch (error) {
    return { source: file, reason: reasonOf(error) }
  }
}

export const reasonOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error)

async function matchingFiles(directory: string, pattern: string): Promise<string[]> {
  const wanted = globToPattern(pattern.replace(/^\.\//, ''))
  const folder = pattern.split('/').findIndex((part) => part.includes('*'))
  const root = join(directory, ...pattern.split('/').slice(0, folder === -1 ? -1 : folder))
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => wanted.test(file))
    .sort()
}

/** `*` within a segment, `**` over any number of them, `{a,b}` as alternatives. */
function globToPattern(glob: string): RegExp {
  const source = glob
    .replace(/[.+^$()|[\]\\]/g, '\\$&')
    .replace(/\{([^}]*)\}/g, (_, options: string) => `(?:${options.replaceAll(',', '|')})`)
    .replace(/\*\*\/|\*/g, (star) => (star === '*' ? '[^/]*' : '(?:.*/)?'))
  return new RegExp(`^${source}$`)
}
