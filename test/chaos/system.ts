import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { portOf } from '../../infra/local/addresses.ts'
import { AZURITE_ACCOUNT } from '../../infra/local/azurite.ts'
import { startFlowAgent } from '../../infra/local/flowagent/flowagent.ts'
import { type FunctionsProcess, spawnFunctionsHost } from '../../infra/local/functions-host/spawn-functions-host.ts'
import { installOrganisations } from '../../infra/local/installation.ts'
import { registerIntegrators } from '../../infra/local/integrators.ts'
import { createWorld, type World } from '../../infra/local/microsoft365/world.ts'
import { createPassingClock, type PassingClock } from '../../infra/local/passing-clock.ts'
import { addresses, localSettings } from '../../infra/local/settings.ts'
import { randomToken, systemRandom } from '../../shared/core/random.ts'
import type { DurationMs } from '../../shared/core/time.ts'
import type { Dice } from '../simulation/dice.ts'
import { SELF_SIGNED } from '../support/self-signed.ts'
import { type Parts, startParts } from './parts.ts'

interface Options {
  /** Of the ports. */
  readonly offset: number
  /** For the tables' files, the timers and the certificate. */
  readonly folder: string
  readonly dice: Dice
  /** The built app. */
  readonly app: string
  /** Takes each line of the host and the broker. */
  readonly write: (line: string) => void
  readonly people: number
}

/** The whole system over real sockets, with a link between the host and each of its neighbours. */
export interface ChaosSystem extends Parts {
  readonly clock: PassingClock
  readonly world: World
  /** Past the links: for whoever compares in the end. */
  readonly direct: { readonly sync: string; readonly microsoft365: string; readonly settings: Record<string, string> }
  /** Through the links. */
  readonly addresses: { readonly sync: string; readonly flowagent: string }
  host(): FunctionsProcess
  startHost(): Promise<void>
  /** Hosts that ended although nobody had asked for it. */
  readonly endedByItself: readonly string[]
  /** Puts every clock forward, and wakes whoever is due. */
  letTimePass(duration: DurationMs): Promise<void>
}

export async function startChaosSystem(options: Options): Promise<ChaosSystem> {
  const { offset, folder, app, write } = options
  const clock = createPassingClock()
  const world = worldOf(options.people, clock)
  const certificate = join(folder, 'certificate.pem')
  await writeFile(certificate, SELF_SIGNED.cert)
  const parts = await startParts({ ...options, clock, world })
  const { links, broker, tables, microsoft365 } = parts
  const { sync, tables: tablesUrl, vault, microsoft365: microsoft } = addresses(offset)
  const through = {
    sync: `http://localhost:${links.sync.port}`,
    flowagent: `http://localhost:${links.flowagent.port}`,
  }
  const direct = localSettings({ ...addresses(offset), sync: through.sync }, broker.connectionString, {})
  const environment = {
    ...direct,
    NODE_EXTRA_CA_CERTS: certificate,
    TABLES_URL: `https://localhost:${links.tables.port}/${AZURITE_ACCOUNT}`,
    KEY_VAULT_URL: `http://localhost:${links.vault.port}`,
    GRAPH_URL: `https://localhost:${links.graph.port}`,
    ENTRA_AUTHORITY: `http://localhost:${links.entra.port}`,
    ServiceBus: securedConnection(broker.connectionString, links.broker.port),
  }
  const masterKey = randomToken(systemRandom)
  const endedByItself: string[] = []
  const start = async (): Promise<FunctionsProcess> => {
    const started = await spawnFunctionsHost({
      ...{ appDirectory: resolve(app), port: portOf('functions', offset), environment, masterKey, write },
      ...{ timerFolder: join(folder, 'timers'), aheadMs: clock.ahead() },
    })
    // A killed one has no exit code.
    void started.ended.then(async (code) => {
      if (code === null || isClosing) return
      endedByItself.push(`the host ended by itself with code ${code}`)
      host = await start()
    })
    return started
  }
  let host: FunctionsProcess | undefined
  let closeFlowAgent = async () => {}
  let isClosing = false
  const close = async () => {
    isClosing = true
    await closeFlowAgent()
    await host?.close()
    await parts.close()
  }
  try {
    const clientSecret = randomToken(systemRandom)
    await registerIntegrators({ ...direct, TABLES_URL: tablesUrl, KEY_VAULT_URL: vault }, () => {}, {
      flowagent: { secret: clientSecret, redirectUri: `${through.flowagent}/oauth/callback` },
    })
    const flowagent = await startFlowAgent({
      ...{ port: portOf('flowagent', offset), publicUrl: through.flowagent, apiUrl: through.sync },
      ...{ clientId: 'flowagent', clientSecret, clock, random: systemRandom, log: () => {} },
    })
    closeFlowAgent = flowagent.close
    host = await start()
    await installOrganisations(through.sync, world)
  } catch (error) {
    await close()
    throw error
  }
  const current = () => {
    if (host === undefined) throw new Error('the host has not been started')
    return host
  }
  return {
    ...{ links, broker, tables, microsoft365, clock, world, addresses: through, close, endedByItself },
    direct: { sync, microsoft365: microsoft, settings: direct },
    host: current,
    async startHost() {
      host = await start()
    },
    async letTimePass(duration) {
      clock.pass(duration)
      await broker.pass(duration)
      await current().setAhead(clock.ahead())
      const headers = { 'x-functions-key': masterKey }
      await fetch(`${sync}/admin/functions/wake-due`, { method: 'POST', headers }).catch(() => undefined)
    },
  }
}

/** People of one organisation who may connect apps by themselves. */
function worldOf(people: number, clock: PassingClock): World {
  const world = createWorld({ clock, random: systemRandom })
  const { tid } = world.addOrganisation({ name: 'Contoso', domain: 'contoso.example' })
  for (let number = 1; number <= people; number += 1) world.addPerson({ tid, displayName: `Person ${number}` })
  return world
}

/** Without the sign of an emulator the client speaks TLS. */
const securedConnection = (connectionString: string, port: number): string =>
  connectionString
    .replace(/Endpoint=sb:\/\/[^;]*/, `Endpoint=sb://localhost:${port}`)
    .replace('UseDevelopmentEmulator=true;', '')
