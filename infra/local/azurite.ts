import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { execPath } from 'node:process'

/** The well-known account of the storage emulators. @see https://learn.microsoft.com/azure/storage/common/storage-connect-azurite */
export const AZURITE_ACCOUNT = 'devstoreaccount1'
export const AZURITE_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='

export interface Azurite {
  readonly url: string
  readonly pid: number
  close(): Promise<void>
}

const FLAGS = ['--disableTelemetry', '--skipApiVersionCheck']

interface AzuriteOptions {
  /** Which of the storage services; the tables when absent. */
  readonly service?: 'table' | 'blob'
  readonly port: number
  /** Where it keeps its files; in memory when absent. */
  readonly folder?: string | undefined
  /** PEM files of a certificate for `localhost` and its key: then it speaks TLS only, and takes identities' tokens. */
  readonly tls?: { readonly cert: string; readonly key: string }
}

/** Starts one service of Azurite with nothing in it. @throws Error with its output when it does not start. */
export async function startAzurite({ port, folder, tls, service = 'table' }: AzuriteOptions): Promise<Azurite> {
  const main = createRequire(import.meta.url).resolve(`azurite/dist/src/${service}/main.js`)
  const kept = folder === undefined ? ['--inMemoryPersistence'] : ['--location', folder]
  const secured = tls === undefined ? [] : ['--cert', tls.cert, '--key', tls.key, '--oauth', 'basic']
  const child = spawn(execPath, [main, ...FLAGS, ...kept, ...secured, `--${service}Port`, String(port)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  let output = ''
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      if (/successfully (started|listens)/.test(output)) resolve()
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    exited.then(() => reject(new Error(`azurite ended: ${output}`)))
  })
  return {
    url: `${tls === undefined ? 'http://127.0.0.1' : 'https://localhost'}:${port}/${AZURITE_ACCOUNT}`,
    pid: child.pid ?? 0,
    async close() {
      child.kill()
      await exited
    },
  }
}
