import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import type { Log } from '../../../shared/core/log.ts'
import type { Random } from '../../../shared/core/random.ts'
import { type Clock, type DurationMs, systemClock } from '../../../shared/core/time.ts'
import { createControl } from './control/control.ts'
import { createFaultControl } from './control/fault-order.ts'
import type { Application } from './entra/applications.ts'
import { createEntra } from './entra/entra.ts'
import type { Deliver } from './graph/context.ts'
import { type Faults, noFaults } from './graph/faults.ts'
import { createGraph, type Graph } from './graph/graph.ts'
import { createOutlook } from './outlook/outlook.ts'
import type { World } from './world.ts'

export interface Microsoft365Options {
  readonly port: number
  readonly host?: string
  readonly world: World
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** The programs that may sign people in. */
  readonly applications: readonly Application[]
}

export interface Microsoft365 {
  readonly port: number
  readonly world: World
  readonly graph: Graph
  readonly faults: Faults
  close(): Promise<void>
}

/** Starts the stand-in for Entra ID, Microsoft Graph and Outlook on one port. Port 0 takes a free one. */
export async function startMicrosoft365(options: Microsoft365Options): Promise<Microsoft365> {
  const { world, clock, random, log, applications, host = '127.0.0.1' } = options
  const faults = noFaults()
  const entra = createEntra({ world, applications, faults })
  const graph = createGraph({ world, clock, random, faults, tokens: entra.tokens, deliver: deliverOver(log) })

  const app = new Hono()
  app.all('/v1.0/*', (c) => graph.fetch(c.req.raw))
  app.route('/', createControl({ world, graph, issueToken: entra.tokens.issue }))
  app.route('/', createFaultControl(faults))
  app.route('/', entra.app)
  app.route('/', createOutlook({ world, tokens: entra.tokens }))

  const server = serve({ fetch: app.fetch, port: options.port, hostname: host })
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject))
  const { port } = server.address() as AddressInfo
  log('info', 'microsoft365-started', { port })
  return {
    port,
    world,
    graph,
    faults,
    close: () => new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))),
  }
}

const deliverOver =
  (log: Log): Deliver =>
  async (request, timeoutMs) => {
    const response = await fetch(request, { signal: AbortSignal.timeout(timeoutMs), redirect: 'manual' })
    log('info', 'notification-delivered', { status: response.status })
    return response
  }

/** The machine's clock, except that waiting for a later delivery does not keep the process alive. */
export const idleClock: Clock = {
  now: systemClock.now,
  sleep: (duration: DurationMs) => new Promise((resolve) => setTimeout(resolve, duration).unref()),
}
