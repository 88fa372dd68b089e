import { once } from 'node:events'
import { createServer } from 'node:net'
import { type Part, portOf } from '../../infra/local/addresses.ts'

const PARTS: readonly Part[] = ['functions', 'blobs', 'tables', 'serviceBus', 'keyVault', 'microsoft365', 'flowagent']

/** Below the ports that the machine gives out by itself, and different for processes that look at the same time. */
const FIRST_OFFSET = 11_000
const OFFSETS = 9_000

/** An offset at which every port of the local system is free. */
export async function freeOffset(): Promise<number> {
  for (let attempt = 0; ; attempt += 7) {
    const offset = FIRST_OFFSET + ((process.pid * 13 + attempt) % OFFSETS)
    const free = await Promise.all(PARTS.map((part) => isFree(portOf(part, offset))))
    if (!free.includes(false)) return offset
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const listening = once(server, 'listening').then(
    () => true,
    () => false,
  )
  server.listen(port, '127.0.0.1')
  const free = await listening
  if (free) await new Promise((resolve) => server.close(resolve))
  return free
}
