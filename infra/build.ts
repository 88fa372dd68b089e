import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type BuildOptions, build } from 'esbuild'
import { markdown } from './markdown.ts'

/** The worker looks for its own module by `require`, which an ES module does not have by itself. */
const BANNER = 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);'

/**
 * How the functions are bundled: one entry a function, so that the host finds each in a file of its own, and shared
 * chunks, so that the composition root and its caches exist once in a process. Libraries that are imported lazily become
 * chunks that are read when they are first needed.
 */
export const functionsBuild = (entryPoints: readonly string[], outdir: string): BuildOptions => ({
  entryPoints: [...entryPoints],
  outdir,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  splitting: true,
  minify: true,
  sourcemap: true,
  legalComments: 'none',
  external: ['@azure/functions-core'],
  chunkNames: 'chunks/[name]-[hash]',
  banner: { js: BANNER },
  plugins: [markdown],
  logLevel: 'warning',
})

/** Builds `functions/*.ts` into `dist/functions` of a folder. */
export async function buildFunctions(directory = '.'): Promise<void> {
  rmSync(join(directory, 'dist'), { recursive: true, force: true })
  const entries = readdirSync('functions').filter((name) => name.endsWith('.ts'))
  await build(
    functionsBuild(
      entries.map((name) => `functions/${name}`),
      join(directory, 'dist/functions'),
    ),
  )
}
