import type { TokenCredential } from '@azure/identity'
import { createHttpsPost } from './channels/https-post.ts'
import { type Config, type ConfigResult, configOrThrow, readConfig, targetRulesOf } from './config.ts'
import type { Log } from './core/log.ts'
import { processLog } from './core/process-log.ts'
import { systemRandom } from './core/random.ts'
import { SILENT, type Telemetry } from './core/telemetry.ts'
import { type Clock, type DurationMs, seconds, systemClock } from './core/time.ts'
import { patientVault } from './crypto/patient-vault.ts'
import { createVault, staticVaultCredential } from './crypto/vault.ts'
import { createDeadLetters } from './messaging/dead-letters.ts'
import { createChannelWaker, createWaker } from './messaging/service-bus.ts'
import { createEntra } from './microsoft/entra.ts'
import type { Ports } from './service/ports.ts'
import { createService, type Service } from './service.ts'
import { createTables } from './storage/azure-tables.ts'
import { createTelemetry } from './telemetry/create-telemetry.ts'
import { type Invocation, withinInvocation } from './telemetry/invocation.ts'

export const log: Log = processLog

let settings: ConfigResult | undefined
let ports: Ports | undefined
let service: Promise<Service> | undefined

/** The settings as they were when the process first asked; problems are logged once. */
export function getSettings(): ConfigResult {
  if (settings === undefined) {
    settings = readConfig()
    if ('problems' in settings) for (const problem of settings.problems) log('error', 'setting-invalid', { ...problem })
  }
  return settings
}

/** The adapters to everything outside. @throws SyncError `SETTINGS_INVALID`. */
export function getPorts(): Ports {
  ports ??= createPorts(configOrThrow(getSettings()))
  return ports
}

/**
 * The invocation that `context` tells of, within which `work` is done: its log lines go to the host as lines of this
 * invocation. A request and a timer have a span, a queue's messages get theirs where they are handled.
 */
export const inInvocation = <Result>(context: Invocation, input: unknown, work: () => Result | Promise<Result>) =>
  withinInvocation(telemetryOfProcess(), context, input, work)

/** Without settings there is nothing that could be told to anybody. */
const telemetryOfProcess = (): Telemetry => ('config' in getSettings() ? getPorts().telemetry : SILENT)

/**
 * The service of this process, built on first use. A failed start is not kept: the next call tries again.
 * @throws SyncError `SETTINGS_INVALID`, `VAULT_UNAVAILABLE`, `STORAGE_UNAVAILABLE`.
 */
export async function getApp(): Promise<Service> {
  service ??= createService(getPorts())
  try {
    return await service
  } catch (error) {
    service = undefined
    throw error
  }
}

/** Graph answers within seconds, a large page now and then within half a minute; what takes longer is tried again. */
const GRAPH_PATIENCE: DurationMs = seconds(60)

/** An integrator's receiver takes a notification and does its work afterwards. */
const RECEIVER_PATIENCE: DurationMs = seconds(5)

/** The real adapters for these settings. */
export function createPorts(config: Config): Ports {
  const clock = systemClock
  const vault = createVault({ url: config.KEY_VAULT_URL, credential: vaultCredential(config, clock), clock })
  return {
    config,
    clock,
    random: systemRandom,
    log,
    telemetry: telemetryOf(config, clock),
    tables: createTables({ url: config.TABLES_URL, access: tablesAccess(config) }),
    vault: patientVault(vault, { clock, random: systemRandom }),
    waker: createWaker({ connection: config.ServiceBus, clock }),
    channelWaker: createChannelWaker({ connection: config.ServiceBus, clock }),
    post: createHttpsPost({
      rules: targetRulesOf(config),
      patience: () => AbortSignal.timeout(RECEIVER_PATIENCE),
    }),
    deadLetters: createDeadLetters(config.ServiceBus),
    entra: createEntra({
      authority: config.ENTRA_AUTHORITY,
      clientId: config.MICROSOFT_CLIENT_ID,
      clientSecret: config.MICROSOFT_CLIENT_SECRET,
      redirectUris: {
        mailbox: `${config.PUBLIC_URL}/oauth/callback`,
        identity: `${config.PUBLIC_URL}/session/callback`,
        installation: `${config.PUBLIC_URL}/install/callback`,
      },
    }),
    fetch: (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(GRAPH_PATIENCE) }),
  }
}

function telemetryOf(config: Config, clock: Clock): Telemetry {
  const { APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString } = config
  const isWithIdentity = config.APPLICATIONINSIGHTS_AUTHENTICATION_STRING !== undefined
  return createTelemetry({
    ...{ clock, log, environment: config.ENVIRONMENT, random: systemRandom },
    azureMonitor:
      connectionString === undefined
        ? undefined
        : { connectionString, ...(isWithIdentity && { credential: azureIdentity() }) },
    otlpEndpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    writeSpan: config.TRACE_CONSOLE ? (line) => console.log(line) : undefined,
  })
}

const tablesAccess = ({ TABLES_ACCOUNT_KEY: accountKey }: Config) =>
  accountKey === undefined ? { credential: azureIdentity() } : { accountKey }

/** The stand-in knows one fixed token; in Azure the app's managed identity is asked. */
const vaultCredential = ({ KEY_VAULT_TOKEN: token }: Config, clock: Clock): TokenCredential =>
  token === undefined ? azureIdentity() : staticVaultCredential(token, clock)

/** The identity library is large and only needed in Azure, so it is loaded when a token is first asked for. */
function azureIdentity(): TokenCredential {
  let credential: Promise<TokenCredential> | undefined
  return {
    async getToken(scopes, options) {
      credential ??= import('@azure/identity').then(({ DefaultAzureCredential }) => new DefaultAzureCredential())
      return (await credential).getToken(scopes, options)
    },
  }
}
