import { readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild'
import * as z from 'zod'
import { markdown } from './markdown.ts'
import type { Registration } from './recorder.ts'

/** The worker looks for its own module by `require`, which an ES module does not have by itself. */
const BANNER = 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);'

const RECORDER = resolve(import.meta.dirname, 'recorder.ts')

/**
 * How everything is bundled. Shared chunks see to it that the composition root and its caches exist once in a process;
 * what is imported lazily becomes chunks that are read when they are first needed. `@azure/identity` is for operators.
 */
export const functionsBuild = (outdir: string) =>
  ({
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    splitting: true,
    minify: true,
    metafile: true,
    sourcemap: true,
    legalComments: 'none',
    external: ['@azure/functions-core', '@azure/identity'],
    chunkNames: 'chunks/[name]-[hash]',
    banner: { js: BANNER },
    plugins: [markdown],
    logLevel: 'warning',
  }) satisfies BuildOptions

/**
 * Builds `functions/*.ts` into `dist/functions` of a folder. The host finds one small file there, which registers every
 * function; the file of a function is loaded when it is first called. So a new instance has told the host what it offers
 * before it has read anything else.
 * @returns what is in it.
 */
export async function buildFunctions(directory = '.'): Promise<Metafile> {
  rmSync(join(directory, 'dist'), { recursive: true, force: true })
  const outdir = join(directory, 'dist/functions')
  const names = readdirSync('functions').filter((name) => name.endsWith('.ts'))
  const handlers = names.map((name) => ({ in: `functions/${name}`, out: `handlers/${name.slice(0, -3)}` }))
  const options = functionsBuild(outdir)
  const lazy = await build({
    ...options,
    entryPoints: [...handlers, { in: RECORDER, out: 'chunks/recorder' }],
    plugins: [...options.plugins, recording],
  })
  const registrations = await registrationsOf(outdir)
  const start = await build({
    ...options,
    splitting: false,
    stdin: { contents: registering(registrations), sourcefile: 'register.ts', resolveDir: '.' },
    entryNames: 'register',
    external: [...options.external, './chunks/*', './handlers/*'],
  })
  const [inputs, outputs] = [{ ...lazy.metafile.inputs }, { ...lazy.metafile.outputs }]
  return {
    inputs: Object.assign(inputs, start.metafile.inputs),
    outputs: Object.assign(outputs, start.metafile.outputs),
  }
}

const recording: Plugin = {
  name: 'recording',
  setup(one) {
    one.onResolve({ filter: /^@azure\/functions$/ }, () => ({ path: RECORDER }))
  },
}

/** Data that JSON keeps as it is: the start file repeats it to the host. */
const Options = z.record(z.string(), z.json())

/** Loads the built files once, here: nothing of them runs but their registrations. */
async function registrationsOf(outdir: string): Promise<readonly (Registration & { file: string })[]> {
  const url = (path: string) => pathToFileURL(resolve(outdir, path)).href
  const { recorded } = (await import(url('chunks/recorder.js'))) as { recorded: () => readonly Registration[] }
  const found: (Registration & { file: string })[] = []
  for (const file of readdirSync(join(outdir, 'handlers'))
    .filter((name) => name.endsWith('.js'))
    .sort()) {
    const before = recorded().length
    await import(url(`handlers/${file}`))
    const added = recorded().slice(before)
    if (added.length === 0) throw new Error(`${file} registers nothing; a process can build into a folder once`)
    for (const one of added) {
      if (found.some(({ name }) => name === one.name)) throw new Error(`${one.name} is registered twice`)
      found.push({ ...one, options: Options.parse(one.options), file })
    }
  }
  return found
}

/**
 * The function whose file is loaded once the host has been told everything: it has the shortest time to answer, and its
 * file brings what nearly all others need. An instance that waits for work has it ready then.
 */
const FIRST = 'graph-notifications'

const registering = (all: readonly (Registration & { file: string })[]): string =>
  [
    `import { app } from '@azure/functions'`,
    `import { lazily } from './chunks/recorder.js'`,
    ...all.map(({ method, name, options, file }) => {
      const handler = `lazily(${JSON.stringify(name)}, () => import('./handlers/${file}'))`
      if (method.startsWith('hook.')) return `app.${method}(${handler})`
      return `app.${method}(${JSON.stringify(name)}, { ...${JSON.stringify(options)}, handler: ${handler} })`
    }),
    `setImmediate(() => import('./handlers/${FIRST}.js').catch((error) => console.error(String(error))))`,
  ].join('\n')
