import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { type Random, systemRandom } from '../../../shared/core/random.ts'
import { type Clock, systemClock } from '../../../shared/core/time.ts'
import { createKeyVaultApp } from './app.ts'
import { readKeyFile, writeKeyFile } from './key-file.ts'
import { createKeys } from './keys.ts'

interface KeyVaultOptions {
  /** 0 takes a free port. */
  port: number
  host?: string
  /** The only bearer token the vault accepts, besides those of identities. */
  token: string
  accepts?: (token: string) => boolean
  /** Names of the keys that exist from the start. */
  keys: readonly string[]
  /** A file that keeps the keys, so that what they sealed still opens after a restart. In memory when absent. */
  persistTo?: string
  clock?: Clock
  random?: Random
}

export interface KeyVault {
  port: number
  url: string
  close(): Promise<void>
}

/** Starts the stand-in for Azure Key Vault: RSA-3072 keys with versions, over plain HTTP. */
export async function startKeyVault(options: KeyVaultOptions): Promise<KeyVault> {
  const { port, host = '127.0.0.1', token, persistTo, clock = systemClock, random = systemRandom } = options
  const stored = persistTo === undefined ? [] : await readKeyFile(persistTo)
  const keys = createKeys(
    { clock, random, save: async (all) => (persistTo === undefined ? undefined : writeKeyFile(persistTo, all)) },
    stored,
  )
  for (const name of options.keys) {
    if (!stored.some((key) => key.name === name)) await keys.create(name)
  }
  const app = createKeyVaultApp({ keys, clock, random, token, accepts: options.accepts ?? (() => false) })
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: host }, (info: AddressInfo) =>
      resolve({ port: info.port, url: `http://${host}:${info.port}`, close: () => close(server) }),
    )
    server.once('error', reject)
  })
}

function close(server: ReturnType<typeof serve>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  if ('closeAllConnections' in server) server.closeAllConnections()
  return closed
}
