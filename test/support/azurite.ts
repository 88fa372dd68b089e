import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'

/** The well-known account of the storage emulators. @see https://learn.microsoft.com/azure/storage/common/storage-connect-azurite */
const AZURITE_ACCOUNT = 'devstoreaccount1'
export const AZURITE_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='

export interface Azurite {
  readonly url: string
  close(): Promise<void>
}

/** Starts Azurite's table service with nothing in it. @throws Error with its output when it does not start. */
export async function startAzurite(): Promise<Azurite> {
  const port = await freePort()
  const main = createRequire(import.meta.url).resolve('azurite/dist/src/table/main.js')
  const process_ = spawn(
    process.execPath,
    [main, '--inMemoryPersistence', '--disableTelemetry', '--skipApiVersionCheck', '--tablePort', String(port)],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const exited = once(process_, 'exit')
  let output = ''
  const ready = new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('successfully started')) resolve()
    }
    process_.stdout.on('data', read)
    process_.stderr.on('data', read)
    exited.then(() => reject(new Error(`azurite ended: ${output}`)))
  })
  await ready
  return {
    url: `http://127.0.0.1:${port}/${AZURITE_ACCOUNT}`,
    async close() {
      process_.kill()
      await exited
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
