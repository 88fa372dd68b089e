import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { portOf } from '../../infra/local/addresses.ts'
import { startKeyVault } from '../../infra/local/key-vault/start-key-vault.ts'
import { type Microsoft365, startMicrosoft365 } from '../../infra/local/microsoft365/start.ts'
import type { World } from '../../infra/local/microsoft365/world.ts'
import type { PassingClock } from '../../infra/local/passing-clock.ts'
import { MICROSOFT_APP, VAULT_TOKEN } from '../../infra/local/settings.ts'
import { systemRandom } from '../../shared/core/random.ts'
import { VAULT_KEY_NAMES } from '../../shared/crypto/vault.ts'
import type { Dice } from '../support/dice.ts'
import { SELF_SIGNED } from '../support/self-signed.ts'
import { type BrokerProcess, startBrokerProcess } from './broker.ts'
import { type Link, openLink } from './link.ts'
import type { LinkName } from './plan.ts'
import { startTablesProcess, type TablesProcess } from './tables.ts'
import { startTerminator } from './terminator.ts'

interface Options {
  readonly offset: number
  readonly folder: string
  readonly dice: Dice
  readonly clock: PassingClock
  readonly world: World
  readonly write: (line: string) => void
}

/** The host's neighbours, each behind a link of its own. */
export interface Parts {
  readonly links: Readonly<Record<LinkName, Link>>
  readonly broker: BrokerProcess
  readonly tables: TablesProcess
  readonly microsoft365: Microsoft365
  close(): Promise<void>
}

/** Starts everything that the host talks to, and the links; FlowAgent's and the host's own ports are still empty. */
export async function startParts({ offset, folder, dice, clock, world, write }: Options): Promise<Parts> {
  const ending: { close(): Promise<unknown> }[] = []
  const keep = <Part extends { close(): Promise<unknown> }>(part: Part): Part => {
    ending.unshift(part)
    return part
  }
  const link = async (name: LinkName, target: number) => keep(await openLink(target, dice.fork(name)))
  const secured = async (name: LinkName, target: number) => link(name, keep(await startTerminator(target)).port)
  const ports = {
    tables: portOf('tables', offset),
    broker: portOf('serviceBus', offset),
    vault: portOf('keyVault', offset),
    microsoft365: portOf('microsoft365', offset),
  }
  try {
    const sync = await link('sync', portOf('functions', offset))
    const tables = keep(await startTablesProcess(ports.tables, join(folder, 'tables')))
    const broker = keep(await startBrokerProcess(ports.broker, write))
    keep(await startKeyVault({ port: ports.vault, token: VAULT_TOKEN, keys: Object.values(VAULT_KEY_NAMES) }))
    const redirectUris = ['oauth', 'session', 'install'].map((path) => `http://localhost:${sync.port}/${path}/callback`)
    const microsoft365 = keep(
      await startMicrosoft365({
        ...{ port: ports.microsoft365, world, clock, random: systemRandom, log: () => undefined },
        applications: [{ ...MICROSOFT_APP, redirectUris }],
      }),
    )
    const graph = keep(await serveSecurely(microsoft365.graph.fetch))
    const links = {
      sync,
      tables: await secured('tables', ports.tables),
      broker: await secured('broker', ports.broker),
      vault: await link('vault', ports.vault),
      graph: await link('graph', graph.port),
      entra: await link('entra', ports.microsoft365),
      flowagent: await link('flowagent', portOf('flowagent', offset)),
    }
    return { links, broker, tables, microsoft365, close: () => endAll(ending) }
  } catch (error) {
    await endAll(ending)
    throw error
  }
}

async function endAll(parts: readonly { close(): Promise<unknown> }[]): Promise<void> {
  for (const part of parts) await part.close()
}

/** Graph's links begin with its own address, so it has to know that it speaks TLS. */
async function serveSecurely(fetch: (request: Request) => Response | Promise<Response>) {
  const server = serve({ fetch, port: 0, hostname: '127.0.0.1', createServer, serverOptions: { ...SELF_SIGNED } })
  await new Promise<void>((resolve) => server.once('listening', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}
