import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { Log } from '../../../shared/core/log.ts'
import type { Random } from '../../../shared/core/random.ts'
import type { Clock } from '../../../shared/core/time.ts'
import { createApi } from './api.ts'
import { bundleAssets } from './assets.ts'
import { createChanges } from './changes.ts'
import { createLive } from './live.ts'
import { createOAuth, type Settings } from './oauth.ts'
import { createRequests } from './requests.ts'
import { createSessions } from './sessions.ts'
import { createSite } from './site.ts'
import { createWrites } from './writes.ts'

export interface FlowAgentOptions extends Settings {
  /** 0 for any free one; `publicUrl` must then still be what the browser uses. */
  port: number
  host?: string
  clock: Clock
  random: Random
  log: Log
}

/**
 * FlowAgent: a web product with a calendar, and an ordinary integrator of the integrator API at `apiUrl`. Register
 * `<publicUrl>/oauth/callback` as its redirect address. Sessions and tokens are in memory and end with it.
 */
export async function startFlowAgent(options: FlowAgentOptions): Promise<{ port: number; close(): Promise<void> }> {
  const { clock, random, log } = options
  const oauth = createOAuth(options)
  const { apiUrl } = options
  const requests = createRequests({ apiUrl, oauth, clock })
  const api = createApi({ requests, clock })
  const live = createLive({ api, clock, log })
  const writes = createWrites({ requests, apiUrl })
  const changes = createChanges({ api, writes, live, clock, random, log })
  const sessions = createSessions({ clock, random, secure: options.publicUrl.startsWith('https:') })
  const assets = await bundleAssets()
  const site = createSite({
    assets,
    sessions,
    api,
    changes,
    oauth,
    live,
    clock,
    random,
    log,
    publicUrl: options.publicUrl,
    dataUrl: new URL('/me', apiUrl).href,
  })
  const server = createAdaptorServer({ fetch: site.fetch })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host ?? '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      await changes.close()
      live.close()
      const closed = new Promise((resolve) => server.close(resolve))
      if ('closeAllConnections' in server) server.closeAllConnections()
      await closed
    },
  }
}
