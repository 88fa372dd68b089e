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
import type { Dice } from '../support/dice.ts'
import { SELF_SIGNED } from '../support/self-signed.ts'
import { PROBED } from './gauge.ts'
import { createHost, type Host } from './host.ts'
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

type Settings = Readonly<Record<string, string>>

/** The whole system over real sockets, with a link between the host and each of its neighbours. */
export interface ChaosSystem extends Parts {
  readonly clock: PassingClock
  readonly world: World
  readonly host: Host
  /** Past the links: for whoever compares in the end. */
  readonly direct: { readonly sync: string; readonly microsoft365: string; readonly settings: Settings }
  /** Through the links. */
  readonly addresses: { readonly sync: string; readonly flowagent: string }
  /** Puts every clock forward, and wakes whoever is due. */
  letTimePass(duration: DurationMs): Promise<void>
}

/** @throws when a part cannot be started; what was started by then is ended. */
export async function startChaosSystem(options: Options): Promise<ChaosSystem> {
  const { offset } = options
  const clock = createPassingClock()
  const world = worldOf(options.people, clock)
  const parts = await startParts({ ...options, clock, world })
  const { links, broker } = parts
  const where = {
    sync: `http://localhost:${links.sync.port}`,
    flowagent: `http://localhost:${links.flowagent.port}`,
  }
  const { sync, microsoft365 } = addresses(offset)
  const settings = localSettings({ ...addresses(offset), sync: where.sync }, broker.connectionString, {})
  const masterKey = randomToken(systemRandom)
  const environment = await throughLinks(settings, parts, options.folder)
  const host = createHost(() => spawnHost(options, environment, masterKey, clock))
  const close = async () => {
    await host.close()
    await parts.close()
  }
  try {
    const closeFlowAgent = await startRest({ offset, settings, where, clock, host, world })
    return {
      ...parts,
      ...{ clock, world, host, addresses: where, direct: { sync, microsoft365, settings } },
      async letTimePass(duration) {
        clock.pass(duration)
        await broker.pass(duration)
        await host.current().setAhead(clock.ahead())
        const headers = { 'x-functions-key': masterKey }
        await fetch(`${sync}/admin/functions/wake-due`, { method: 'POST', headers }).catch(() => undefined)
      },
      async close() {
        await closeFlowAgent()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** What the host is told, so that it finds each neighbour behind its link and trusts the certificates there. */
async function throughLinks(settings: Settings, { links, broker }: Parts, folder: string): Promise<Settings> {
  const certificate = join(folder, 'certificate.pem')
  await writeFile(certificate, SELF_SIGNED.cert)
  return {
    ...settings,
    NODE_EXTRA_CA_CERTS: certificate,
    ...PROBED,
    TABLES_URL: `https://localhost:${links.tables.port}/${AZURITE_ACCOUNT}`,
    KEY_VAULT_URL: `http://localhost:${links.vault.port}`,
    GRAPH_URL: `https://localhost:${links.graph.port}`,
    ENTRA_AUTHORITY: `http://localhost:${links.entra.port}`,
    ServiceBus: securedConnection(broker.connectionString, links.broker.port),
  }
}

/** Without the sign of an emulator the client speaks TLS. */
const securedConnection = (connectionString: string, port: number): string =>
  connectionString
    .replace(/Endpoint=sb:\/\/[^;]*/, `Endpoint=sb://localhost:${port}`)
    .replace('UseDevelopmentEmulator=true;', '')

function spawnHost(
  { app, offset, folder, write }: Options,
  environment: Settings,
  masterKey: string,
  clock: PassingClock,
): Promise<FunctionsProcess> {
  return spawnFunctionsHost({
    ...{ appDirectory: resolve(app), port: portOf('functions', offset), environment, masterKey, write },
    ...{ timerFolder: join(folder, 'timers'), aheadMs: clock.ahead() },
  })
}

interface Rest extends Pick<ChaosSystem, 'clock' | 'host' | 'world'> {
  readonly offset: number
  readonly settings: Record<string, string>
  readonly where: ChaosSystem['addresses']
}

/** Registers the integrators, starts FlowAgent and the host, and installs the app. @returns how to end FlowAgent. */
async function startRest({ offset, settings, where, clock, host, world }: Rest): Promise<() => Promise<void>> {
  const clientSecret = randomToken(systemRandom)
  await registerIntegrators(settings, () => {}, {
    flowagent: { secret: clientSecret, redirectUri: `${where.flowagent}/oauth/callback` },
  })
  const flowagent = await startFlowAgent({
    ...{ port: portOf('flowagent', offset), publicUrl: where.flowagent, apiUrl: where.sync },
    ...{ clientId: 'flowagent', clientSecret, clock, random: systemRandom, log: () => {} },
  })
  try {
    await host.start()
    await installOrganisations(where.sync, world)
  } catch (error) {
    await flowagent.close()
    throw error
  }
  return flowagent.close
}

/** People of one organisation who may connect apps by themselves. */
function worldOf(people: number, clock: PassingClock): World {
  const world = createWorld({ clock, random: systemRandom })
  const { tid } = world.addOrganisation({ name: 'Contoso', domain: 'contoso.example' })
  for (let number = 1; number <= people; number += 1) world.addPerson({ tid, displayName: `Person ${number}` })
  return world
}
