import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import hostJson from '../../host.json' with { type: 'json' }
import { functionsBuild } from '../../infra/bundle/build.ts'

/** Builds an app of one file in the way the service is built, with the service's own settings of the host. */
export async function buildSmallApp(directory: string, source: string): Promise<string> {
  await mkdir(directory, { recursive: true })
  const write = (name: string, text: string) => writeFile(join(directory, name), text)
  await write('package.json', JSON.stringify({ type: 'module', main: 'dist/functions/*.js' }))
  await write('host.json', JSON.stringify(hostJson))
  await write('small-app.ts', source)
  await build({
    ...functionsBuild(join(directory, 'dist/functions')),
    entryPoints: [join(directory, 'small-app.ts')],
    nodePaths: [resolve('node_modules')],
  })
  return directory
}
