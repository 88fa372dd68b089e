import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { markdown } from '../../../infra/bundle/markdown.ts'

/** A deliberate change of one source file. */
export interface Patch {
  /** Path from the root of the repository. */
  readonly file: string
  /** What is replaced; it stands in the file exactly once. */
  readonly search: string
  readonly replace: string
}

/** A simulation that is ready to run: one file for worker threads, in a folder of its own. */
export interface Bundle {
  readonly file: string
  /** Of all its code and of the versions of the packages: worlds that were run at different times are of one state by it. */
  readonly digest: string
  [Symbol.dispose](): void
}

const ROOT = resolve(import.meta.dirname, '../../..')

/**
 * Bundles the simulation, npm packages left out, with some of its sources changed.
 * @throws Error when a patch does not apply: its text is not in its file, or more than once, or the file is not used.
 */
export async function bundleSimulation(patches: readonly Patch[] = []): Promise<Bundle> {
  const folder = mkdtempSync(join(tmpdir(), 'simulation-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    // Where the bundle's imports of packages are looked for.
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction')
    const file = join(folder, 'simulation.mjs')
    await write(file, patches)
    return { file, digest: digestOf(file, join(ROOT, 'package-lock.json')), [Symbol.dispose]: remove }
  } catch (error) {
    remove()
    throw error
  }
}

function digestOf(...files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(file))
  return hash.digest('hex').slice(0, 12)
}

async function write(outfile: string, patches: readonly Patch[]): Promise<void> {
  const applied = new Set<Patch>()
  await build({
    entryPoints: [resolve(import.meta.dirname, 'worker.ts')],
    absWorkingDir: ROOT,
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    sourcemap: true,
    plugins: [markdown, lightCrypto, patching(patches, applied)],
    logLevel: 'silent',
  })
  const unused = patches.find((patch) => !applied.has(patch))
  if (unused !== undefined) throw new Error(`the simulation does not use ${unused.file}`)
}

const LIGHT = resolve(import.meta.dirname, '../light')

/** Puts the simulation's boxes and names in the place of the service's, which they use in worlds with real cryptography. */
const lightCrypto: Plugin = {
  name: 'light cryptography',
  setup(one) {
    one.onResolve({ filter: /\/(box|blind-index)\.ts$/ }, ({ path, importer, resolveDir }) => {
      const isReal = resolve(resolveDir, path) === join(ROOT, 'shared/crypto', basename(path))
      const light = join(LIGHT, basename(path))
      return isReal && importer !== light ? { path: light } : undefined
    })
  },
}

const patching = (patches: readonly Patch[], applied: Set<Patch>): Plugin => ({
  name: 'patching',
  setup(one) {
    one.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const wanted = patches.filter(({ file }) => join(ROOT, file) === path)
      if (wanted.length === 0) return undefined
      for (const patch of wanted) applied.add(patch)
      return { contents: wanted.reduce(applyTo, readFileSync(path, 'utf8')), loader: 'ts' }
    })
  },
})

/** @throws Error when the text to replace is not there exactly once. */
export function applyTo(source: string, { file, search, replace }: Patch): string {
  const parts = source.split(search)
  if (parts.length !== 2) throw new Error(`found ${parts.length - 1} times in ${file}, not once: ${search}`)
  return parts.join(replace)
}
