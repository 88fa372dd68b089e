import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const NODE_MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url))
const REQUIRE_BANNER = 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);'

export interface AppSources {
  /** One source text for each function file, without the import of `app`. */
  functions: Record<string, string>
  /** host.json without its version. */
  host?: object
  /** `Values` of local.settings.json. */
  values?: Record<string, string>
}

export interface BuiltApp extends AsyncDisposable {
  directory: string
}

/** Builds a small app into a temporary folder in the way the service itself is built. */
export async function buildApp({ functions, host = {}, values }: AppSources): Promise<BuiltApp> {
  const directory = await mkdtemp(join(tmpdir(), 'functions-app-'))
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), text)
  }
  await write('package.json', JSON.stringify({ type: 'module', main: 'dist/functions/*.js' }))
  await write('host.json', JSON.stringify({ version: '2.0', ...host }))
  if (values !== undefined) await write('local.settings.json', JSON.stringify({ IsEncrypted: false, Values: values }))
  for (const [name, source] of Object.entries(functions)) {
    await write(`functions/${name}.ts`, `import { app } from '@azure/functions'\n${source}`)
  }
  await bundle(directory, Object.keys(functions))
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) }
}

async function bundle(directory: string, names: readonly string[]): Promise<void> {
  await build({
    entryPoints: names.map((name) => join(directory, 'functions', `${name}.ts`)),
    outdir: join(directory, 'dist/functions'),
    chunkNames: 'chunks/[name]-[hash]',
    banner: { js: REQUIRE_BANNER },
    external: ['@azure/functions-core'],
    nodePaths: [NODE_MODULES],
    bundle: true,
    platform: 'node',
    format: 'esm',
    splitting: true,
    logLevel: 'error',
  })
}
