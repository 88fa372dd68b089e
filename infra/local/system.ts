import { resolve } from 'node:path'
import { randomToken, systemRandom } from '../../shared/core/random.ts'
import { type Clock, type DurationMs, minutes, systemClock } from '../../shared/core/time.ts'
import { buildFunctions } from '../bundle/build.ts'
import { portOf } from './addresses.ts'
import { startFlowAgent } from './flowagent/flowagent.ts'
import { type FunctionsProcess, spawnFunctionsHost } from './functions-host/spawn-functions-host.ts'
import { installOrganisations } from './installation.ts'
import { registerIntegrators } from './integrators.ts'
import type { PassingClock } from './passing-clock.ts'
import { type StandIns, type StandInsOptions, startStandIns } from './stand-ins.ts'

export interface SurroundingsOptions extends StandInsOptions {
  /** Settings of the service that differ from the local defaults. */
  readonly settings?: Readonly<Record<string, string>>
}

/** Everything but the Functions host. */
export interface Surroundings extends StandIns {
  closeFlowAgent(): Promise<void>
}

export interface SystemOptions extends SurroundingsOptions {
  /** Takes each line that the Functions host writes. */
  readonly write: (line: string) => void
  /** A folder that holds the built app; this one, built afresh, when absent. */
  readonly app?: string
  /** Time that can be made to pass; the machine's own when absent. */
  readonly clock?: PassingClock
}

/** The whole system on this machine. */
export interface System extends StandIns {
  /** The Functions host, a process of its own; another object after each start. */
  functionsHost(): FunctionsProcess
  /** Opens the host's administration endpoints. */
  readonly masterKey: string
  /** Kills the Functions host as a power cut would: nothing is finished, nothing is given back. */
  killFunctionsHost(): Promise<void>
  startFunctionsHost(): Promise<void>
  /** Puts every clock forward, that of the Functions host too, and runs the timers of what is due and of the figures. */
  letTimePass(duration: DurationMs): Promise<void>
}

/**
 * Everything but the Functions host: the stand-ins, the two integrators registered, and FlowAgent.
 * @throws when a part cannot be started; what was started by then is ended.
 */
export async function startSurroundings(options: SurroundingsOptions): Promise<Surroundings> {
  const { offset, log, ready = () => {} } = options
  const standIns = await startStandIns(options)
  const { flowagent: publicUrl, sync: apiUrl } = standIns.addresses
  const settings = { ...standIns.settings, ...options.settings }
  const clientSecret = randomToken(systemRandom)
  const port = portOf('flowagent', offset)
  const client = { apiUrl, publicUrl, clientId: 'flowagent', clientSecret }
  try {
    await registerIntegrators(settings, log, {
      flowagent: { secret: clientSecret, redirectUri: `${publicUrl}/oauth/callback` },
    })
    const { clock = systemClock } = options
    const flowagent = await startFlowAgent({ port, ...client, clock, random: systemRandom, log })
    ready('FlowAgent', publicUrl)
    let closed: Promise<void> | undefined
    const closeFlowAgent = () => {
      closed ??= flowagent.close()
      return closed
    }
    const close = async () => {
      await closeFlowAgent()
      await standIns.close()
    }
    return { ...standIns, settings, closeFlowAgent, close }
  } catch (error) {
    await standIns.close()
    throw error
  }
}

/**
 * Builds the functions, starts everything, and installs the app for the organisations of the stand-in.
 * @throws when a part cannot be started; nothing is left running then.
 */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { offset, ready = () => {}, write, app = '.' } = options
  if (options.app === undefined) await buildFunctions(app)
  const surroundings = await startSurroundings(options)
  const { settings: environment, addresses } = surroundings
  const masterKey = randomToken(systemRandom)
  const port = portOf('functions', offset)
  const start = () => {
    const ahead = options.clock && { aheadMs: options.clock.ahead() }
    return spawnFunctionsHost({ appDirectory: resolve(app), port, environment, masterKey, write, ...ahead })
  }
  try {
    let functionsHost = await start()
    ready('Functions host', addresses.sync)
    const { microsoft365 } = surroundings
    const installed = microsoft365 ? await installOrganisations(addresses.sync, microsoft365.world) : []
    for (const name of installed) ready(name, `${addresses.sync}/organisation`)
    return {
      ...surroundings,
      masterKey,
      functionsHost: () => functionsHost,
      async killFunctionsHost() {
        process.kill(functionsHost.pid, 'SIGKILL')
        await functionsHost.ended
      },
      async startFunctionsHost() {
        functionsHost = await start()
      },
      async letTimePass(duration) {
        const { clock = systemClock } = options
        const before = sampleOf(clock)
        options.clock?.pass(duration)
        surroundings.serviceBus?.runDue()
        await functionsHost.setAhead(options.clock?.ahead() ?? 0)
        await runFunction(addresses.sync, 'wake-due', masterKey)
        if (sampleOf(clock) > before) await runFunction(addresses.sync, 'gather-figures', masterKey)
      },
      async close() {
        // It may hold deletions, which the service has to take yet.
        await surroundings.closeFlowAgent()
        await functionsHost.close()
        await surroundings.close()
      },
    }
  } catch (error) {
    await surroundings.close()
    throw error
  }
}

/** The number of the five minutes that it is, at whose end figures are gathered. */
const sampleOf = (clock: Clock): number => Math.floor(clock.now() / minutes(5))

/** Runs a function now, as an operator can, and does not wait for it. */
const runFunction = (host: string, name: string, masterKey: string): Promise<Response> =>
  fetch(`${host}/admin/functions/${name}`, { method: 'POST', headers: { 'x-functions-key': masterKey } })
