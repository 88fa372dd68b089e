import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { buildFunctions } from '../../../infra/bundle/build.ts'
import { markdown } from '../../../infra/bundle/markdown.ts'
import { buildSmallApp } from '../small-app.ts'

/** The apps whose loading is compared, each a folder with what the worker reads. */
export interface Apps {
  /** One HTTP function that answers with nothing. */
  readonly empty: string
  /** The service as it is deployed. */
  readonly bundled: string
  /** The service without a bundle: a file for a file, with `node_modules`. */
  readonly unbundled: string
}

const EMPTY = `import { app } from '@azure/functions'
app.http('empty', { route: 'empty', methods: ['GET'], handler: async () => ({ status: 204 }) })
`

/** Builds them into a folder. The empty app is built in the same way as the service. */
export async function buildApps(folder: string): Promise<Apps> {
  const make = (name: string) => {
    const directory = join(folder, name)
    mkdirSync(directory, { recursive: true })
    writeFileSync(join(directory, 'package.json'), JSON.stringify({ type: 'module', main: 'dist/functions/*.js' }))
    return directory
  }
  const apps = { empty: make('empty'), bundled: make('bundled'), unbundled: make('unbundled') }
  await buildSmallApp(apps.empty, EMPTY)
  await buildFunctions(apps.bundled)
  await transpile(apps.unbundled)
  return apps
}

/** Each TypeScript file becomes a JavaScript file beside the others; packages stay packages. */
async function transpile(directory: string): Promise<void> {
  const sources = ['functions', 'shared'].flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => /(?<!\.d)\.ts$/.test(name))
      .map((name) => join(root, name)),
  )
  await build({
    entryPoints: sources,
    outdir: join(directory, 'dist'),
    outbase: '.',
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
    plugins: [
      {
        name: 'a file for a file',
        setup(one) {
          one.onResolve({ filter: /^\..*\.ts$/ }, ({ path, kind }) =>
            kind === 'entry-point' ? undefined : { path: path.replace(/\.ts$/, '.js'), external: true },
          )
        },
      },
      markdown,
    ],
    logLevel: 'error',
  })
  symlinkSync(resolve('node_modules'), join(directory, 'node_modules'))
}
