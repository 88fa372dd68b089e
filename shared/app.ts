import type { TokenCredential } from '@azure/identity'
import { createHttpsPost } from './channels/https-post.ts'
import { type Config, type ConfigResult, configOrThrow, readConfig, targetRulesOf } from './config.ts'
import { jsonLog, type Log } from './core/log.ts'
import { systemRandom } from './core/random.ts'
import { SILENT, type Telemetry } from './core/telemetry.ts'
import { type Clock, type DurationMs, inBackground, minutes, seconds, systemClock } from './core/time.ts'
import { patientVault } from './crypto/patient-vault.ts'
import { createVault, staticVaultCredential } from './crypto/vault.ts'
import { createDeadLetters } from './messaging/dead-letters.ts'
import { createChannelWaker, createWaker } from './messaging/service-bus.ts'
import { createEntra } from './microsoft/entra.ts'
import { createCollector } from './operations/collector.ts'
import type { Ports } from './service/ports.ts'
import { createService, type Service } from './service.ts'
import { createTables } from './storage/azure-tables.ts'
import { both } from './telemetry/both.ts'
import { createInvocationMetrics } from './telemetry/metrics-of-invocations.ts'
import { measuredVault } from './telemetry/metrics-of-vault.ts'

/** Standard output is where the Functions host and the local console read. */
export const log: Log = jsonLog((line) => console.log(line))

const collector = createCollector(systemClock)
const telemetry: Telemetry = both(SILENT, collector)

/** Hooks around every function of the process. */
export const invocationMetrics = createInvocationMetrics(() => ports?.telemetry ?? collector, systemClock)

/** What each instance has measured is stored so often. */
const RECORDED_EVERY = minutes(1)

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
 * The service of this process, built on first use. A failed start is not kept: the next call tries again.
 * @throws SyncError `SETTINGS_INVALID`, `VAULT_UNAVAILABLE`, `STORAGE_UNAVAILABLE`.
 */
export async function getApp(): Promise<Service> {
  service ??= startService()
  try {
    return await service
  } catch (error) {
    service = undefined
    throw error
  }
}

async function startService(): Promise<Service> {
  const started = await createService(getPorts())
  inBackground(RECORDED_EVERY, () => void started.operations.record())
  return started
}

/** Stores what this process has measured and not stored yet. */
export async function recordFigures(): Promise<void> {
  await (await service?.catch(() => undefined))?.operations.record()
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
    telemetry,
    collector,
    tables: createTables({ url: config.TABLES_URL, access: tablesAccess(config) }),
    vault: patientVault(measuredVault(vault, { telemetry, clock }), { clock, random: systemRandom }),
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
