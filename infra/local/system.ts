import { resolve } from 'node:path'
import { randomToken, systemRandom } from '../../shared/core/random.ts'
import { systemClock } from '../../shared/core/time.ts'
import { buildFunctions } from '../build.ts'
import { portOf } from './addresses.ts'
import { startFlowAgent } from './flowagent/flowagent.ts'
import { type FunctionsProcess, spawnFunctionsHost } from './functions-host/spawn-functions-host.ts'
import { registerIntegrators } from './integrators.ts'
import { type StandIns, type StandInsOptions, startStandIns } from './stand-ins.ts'

export interface SystemOptions extends StandInsOptions {
  /** Takes each line that the Functions host writes. */
  readonly write: (line: string) => void
  /** Settings of the service that differ from the local defaults. */
  readonly settings?: Readonly<Record<string, string>>
  /** A folder that holds the built app; this one, built afresh, when absent. */
  readonly app?: string
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
}

/** Builds the functions, starts everything and registers the two integrators. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { offset, log, ready = () => {}, write, app = '.' } = options
  const [standIns] = await Promise.all([startStandIns(options), options.app ?? buildFunctions(app)])
  const settings = { ...standIns.settings, ...options.settings }
  const flowagentSecret = randomToken(systemRandom)
  const masterKey = randomToken(systemRandom)
  const start = () =>
    spawnFunctionsHost({
      appDirectory: resolve(app),
      port: portOf('functions', offset),
      environment: settings,
      masterKey,
      write,
    })
  await registerIntegrators(settings, log, {
    flowagent: { secret: flowagentSecret, redirectUri: `${standIns.addresses.flowagent}/oauth/callback` },
  })
  let functionsHost = await start()
  ready('Functions host', standIns.addresses.sync)
  const flowagent = await startFlowAgent({
    port: portOf('flowagent', offset),
    apiUrl: standIns.addresses.sync,
    publicUrl: standIns.addresses.flowagent,
    clientId: 'flowagent',
    clientSecret: flowagentSecret,
    clock: systemClock,
    random: systemRandom,
    log,
  })
  ready('FlowAgent', standIns.addresses.flowagent)
  return {
    ...standIns,
    settings,
    masterKey,
    functionsHost: () => functionsHost,
    async killFunctionsHost() {
      process.kill(functionsHost.pid, 'SIGKILL')
      await functionsHost.ended
    },
    async startFunctionsHost() {
      functionsHost = await start()
    },
    async close() {
      await flowagent.close()
      await functionsHost.close()
      await standIns.close()
    },
  }
}
