import type { InvocationContext } from '@azure/functions'
import type { TokenCredential } from '@azure/identity'
import { createBackupStore } from './backup/azure-blobs.ts'
import type { Backups } from './backup/ports.ts'
import { createHttpsPost } from './channels/https-post.ts'
import { type Config, type ConfigResult, configOrThrow, readConfig, targetRulesOf } from './config.ts'
import type { Log } from './core/log.ts'
import { processLog } from './core/process-log.ts'
import { systemRandom } from './core/random.ts'
import { inBackground } from './core/running.ts'
import type { Telemetry } from './core/telemetry.ts'
import { type Clock, type DurationMs, minutes, seconds, systemClock } from './core/time.ts'
import { patientVault } from './crypto/patient-vault.ts'
import { createVault, staticVaultCredential } from './crypto/vault.ts'
import { clientAssertion } from './identity/client-assertion.ts'
import { createCredential } from './identity/credential.ts'
import type { QueueConnection } from './messaging/connection.ts'
import { createDeadLetters } from './messaging/dead-letters.ts'
import { createQueues } from './messaging/queues.ts'
import { createChannelWaker, createWaker } from './messaging/service-bus.ts'
import { createEntra } from './microsoft/entra.ts'
import { createCollector } from './operations/collector.ts'
import type { Ports } from './service/ports.ts'
import { startPatiently } from './service/start-patiently.ts'
import { createService, type Service } from './service.ts'
import { type AzureTables, createTables } from './storage/azure-tables.ts'
import { both } from './telemetry/both.ts'
import { createTelemetry } from './telemetry/create-telemetry.ts'
import { withinInvocation } from './telemetry/invocation.ts'
import { measuredInvocation } from './telemetry/metrics-of-invocations.ts'
import { measuredLog } from './telemetry/metrics-of-log.ts'
import { measuredVault } from './telemetry/metrics-of-vault.ts'

const log: Log = processLog

const collector = createCollector(systemClock)

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
 * The invocation that `context` tells of, within which `work` is done: its log lines go to the host as lines of this
 * invocation. A request and a timer have a span, a queue's messages get theirs where they are handled.
 */
export function inInvocation<Result>(context: InvocationContext, input: unknown, work: () => Result | Promise<Result>) {
  const telemetry = telemetryOfProcess()
  return withinInvocation(telemetry, context, input, () =>
    measuredInvocation({ telemetry, clock: systemClock }, context, work),
  )
}

/** Without settings there is nobody to tell anything to. */
const telemetryOfProcess = (): Telemetry => ('config' in getSettings() ? getPorts().telemetry : collector)

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

/** As `getApp`, for functions that a queue calls: what the service needs to start may be away for a minute. */
export const getAppPatiently = (): Promise<Service> => startPatiently(getApp, { clock: systemClock, log })

async function startService(): Promise<Service> {
  const started = await createService(getPorts())
  inBackground(RECORDED_EVERY, () => void started.operations.record())
  return started
}

/** Stores and sends what this process has measured and not told yet. */
export async function tellTheRest(): Promise<void> {
  const started = await service?.catch(() => undefined)
  await Promise.all([started?.operations.record(), ports?.telemetry.flush()])
}

/** Graph answers within seconds, a large page now and then within half a minute; what takes longer is tried again. */
const GRAPH_PATIENCE: DurationMs = seconds(60)

/** An integrator's receiver takes a notification and does its work afterwards. */
const RECEIVER_PATIENCE: DurationMs = seconds(5)

/** Entra and the identity endpoint answer within a second or two. */
const ENTRA_PATIENCE: DurationMs = seconds(20)

/** The real adapters for these settings. */
export function createPorts(config: Config): Ports {
  const clock = systemClock
  const askingEntra = () => AbortSignal.timeout(ENTRA_PATIENCE)
  const credential = createCredential({
    isManaged: config.IDENTITY_ENDPOINT !== undefined,
    clientId: config.AZURE_CLIENT_ID,
    patience: askingEntra,
  })
  const connection = queueConnection(config, credential)
  const telemetry = telemetryOf(config, clock, credential)
  const tables = createTables({ url: config.TABLES_URL, access: accessBy(config.TABLES_ACCOUNT_KEY, credential) })
  const vault = createVault({
    url: config.KEY_VAULT_URL,
    credential: vaultCredential(config, credential, clock),
    clock,
  })
  return {
    config,
    clock,
    random: systemRandom,
    log,
    telemetry,
    collector,
    tables,
    backups: backupsOf(config, tables, credential),
    vault: patientVault(measuredVault(vault, { telemetry, clock }), { clock, random: systemRandom }),
    waker: createWaker({ connection, clock }),
    channelWaker: createChannelWaker({ connection, clock }),
    post: createHttpsPost({
      rules: targetRulesOf(config),
      patience: () => AbortSignal.timeout(RECEIVER_PATIENCE),
    }),
    deadLetters: createDeadLetters(connection, clock),
    queues: createQueues(connection, clock),
    entra: createEntra({
      authority: config.ENTRA_AUTHORITY,
      clientId: config.MICROSOFT_CLIENT_ID,
      proof: config.MICROSOFT_CLIENT_SECRET ?? clientAssertion(credential),
      redirectUris: {
        mailbox: `${config.PUBLIC_URL}/oauth/callback`,
        identity: `${config.PUBLIC_URL}/session/callback`,
        installation: `${config.PUBLIC_URL}/install/callback`,
      },
      patience: askingEntra,
    }),
    fetch: (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(GRAPH_PATIENCE) }),
  }
}

function telemetryOf(config: Config, clock: Clock, credential: TokenCredential): Telemetry {
  const { APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString } = config
  const isWithIdentity = config.APPLICATIONINSIGHTS_AUTHENTICATION_STRING !== undefined
  const exported = createTelemetry({
    ...{ clock, environment: config.ENVIRONMENT, random: systemRandom },
    log: measuredLog(log, collector),
    azureMonitor:
      connectionString === undefined ? undefined : { connectionString, ...(isWithIdentity && { credential }) },
    otlpEndpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    writeSpan: config.TRACE_CONSOLE ? (line) => console.log(line) : undefined,
  })
  return both(exported, collector)
}

const accessBy = (accountKey: string | undefined, credential: TokenCredential) =>
  accountKey === undefined ? { credential } : { accountKey }

function backupsOf(config: Config, { scan }: AzureTables, credential: TokenCredential): Backups | undefined {
  const { BACKUP_URL: url, BACKUP_ACCOUNT_KEY: accountKey } = config
  if (url === undefined) return undefined
  return { scan, store: createBackupStore({ url, access: accessBy(accountKey, credential) }) }
}

/** The stand-in may be told one fixed token. */
const vaultCredential = ({ KEY_VAULT_TOKEN: token }: Config, credential: TokenCredential, clock: Clock) =>
  token === undefined ? credential : staticVaultCredential(token, clock)

/** Settings that were checked name one of the two. */
const queueConnection = (config: Config, credential: TokenCredential): QueueConnection =>
  config.ServiceBus === undefined
    ? { namespace: config.ServiceBus__fullyQualifiedNamespace ?? '', credential }
    : { connectionString: config.ServiceBus }
