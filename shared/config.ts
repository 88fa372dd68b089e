import * as z from 'zod'
import type { TargetRules } from './channels/target.ts'
import { SyncError } from './core/errors.ts'

const url = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/$/, ''))

/** An empty text, as settings files say it. */
const nothing = z.literal('').transform(() => undefined)

/** Every setting the service has. @see local.settings.example.json, which lists all but `IDENTITY_SETTINGS`. */
export const Settings = z.object({
  /** Name of this installation; bound into every seal, so that rows of one never open in another. */
  ENVIRONMENT: z.string().regex(/^[a-z0-9-]{1,32}$/),
  /** Where integrators, browsers and Microsoft reach us. Links we hand out are built from it, never from a Host header. */
  PUBLIC_URL: url,
  /** A Service Bus connection string, for the queue trigger and for our own sends. Only for a broker that knows no identities. */
  ServiceBus: z.string().min(1).optional(),
  /** The namespace in its place, for an identity; the host reads these three for the queue triggers as well. */
  ServiceBus__fullyQualifiedNamespace: z
    .string()
    .regex(/^[A-Za-z0-9.-]+(:\d+)?$/)
    .optional(),
  ServiceBus__credential: z.literal('managedidentity').optional(),
  ServiceBus__clientId: z.uuid().optional(),
  /** The client id of the app's user-assigned identity; without it the system-assigned one is meant. */
  AZURE_CLIENT_ID: z.uuid().optional(),
  /** Set by Azure where there is a managed identity. */
  IDENTITY_ENDPOINT: url.optional(),
  TABLES_URL: url,
  /** Only for storage that knows no identities, such as Azurite. */
  TABLES_ACCOUNT_KEY: z.base64().optional(),
  /** The storage account of the backups, another one than that of the tables. Without it there are no backups. */
  BACKUP_URL: url.or(nothing).optional(),
  /** As `TABLES_ACCOUNT_KEY`. */
  BACKUP_ACCOUNT_KEY: z.base64().or(nothing).optional(),
  KEY_VAULT_URL: url,
  /** Only for a vault that knows no identities, such as the local stand-in. */
  KEY_VAULT_TOKEN: z.string().min(1).optional(),
  GRAPH_URL: url.default('https://graph.microsoft.com'),
  ENTRA_AUTHORITY: url.default('https://login.microsoftonline.com'),
  MICROSOFT_CLIENT_ID: z.uuid(),
  /** Without it the app's identity proves who we are (a federated credential of the application). */
  MICROSOFT_CLIENT_SECRET: z.string().min(1).optional(),
  /** Tenant of whoever operates the service: its people with the app role `Operator` see `/operations`. Without it nobody does. */
  OPERATOR_TENANT: z.guid().optional(),
  /** The window of cached events, in days before and after today. */
  WINDOW_PAST_DAYS: z.coerce.number().int().min(1).max(366).default(42),
  WINDOW_FUTURE_DAYS: z.coerce.number().int().min(1).max(731).default(201),
  /**
   * Names of this machine, with commas between, that integrators' receivers may have: `localhost,127.0.0.1`. Only where
   * `PUBLIC_URL` is plain http, in local development and tests; receivers are public addresses otherwise.
   */
  CHANNEL_LOCAL_HOSTS: z
    .string()
    .default('')
    .transform((text) => text.split(',').filter((name) => name !== ''))
    .pipe(z.array(z.enum(['localhost', '127.0.0.1', '::1']))),
  /** How long the data of an account is kept that nobody can read, or no integrator may, in days. */
  RETENTION_DAYS: z.coerce.number().int().min(1).max(365).default(30),
  /** Requests of one integrator, all instances together; above them it is answered 429. */
  RATE_PER_SECOND: z.coerce.number().int().min(1).max(1_000_000).default(50),
  RATE_PER_MINUTE: z.coerce.number().int().min(1).max(1_000_000).default(500),
  /** What one integrator asks of one account; each item of a batch counts. */
  RATE_ACCOUNT_PER_MINUTE: z.coerce.number().int().min(1).max(1_000_000).default(300),
  /** Our own name, as Azure sets it; integrators' receivers are not there. */
  WEBSITE_HOSTNAME: z
    .string()
    .regex(/^[A-Za-z0-9.-]+(:\d+)?$/)
    .optional(),
  /** How long one invocation works for an account before it hands over to the next. @see service/start-patiently.ts */
  SYNC_BUDGET_SECONDS: z.coerce.number().int().min(1).max(120).default(60),
  /** Where traces and metrics go in Azure. */
  APPLICATIONINSIGHTS_CONNECTION_STRING: z.string().min(1).or(nothing).optional(),
  /** `Authorization=AAD;ClientId=...`: Application Insights takes what our identity sends, and nothing else. */
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: z.string().min(1).or(nothing).optional(),
  /** A collector of OpenTelemetry that takes JSON over HTTP, such as `http://localhost:4318`. */
  OTEL_EXPORTER_OTLP_ENDPOINT: url.or(nothing).optional(),
  /** Whether each span is a line on the console. */
  TRACE_CONSOLE: z.stringbool().default(false),
})

export type Config = z.infer<typeof Settings>

/** A setting that is missing or malformed, and why; never its value. */
export interface SettingProblem {
  readonly setting: string
  readonly problem: string
}

export type ConfigResult = { readonly config: Config } | { readonly problems: readonly SettingProblem[] }

/** Reads every setting once. A bad setting is a value here, because the app must start and say so at `/health`. */
export function readConfig(env: Record<string, string | undefined> = process.env): ConfigResult {
  const parsed = Settings.safeParse(env)
  if (parsed.success) return checked(parsed.data)
  return {
    problems: parsed.error.issues.map((issue) => {
      const setting = String(issue.path[0] ?? 'settings')
      return { setting, problem: env[setting] === undefined ? 'missing' : issue.message }
    }),
  }
}

/** Read in Azure only; locally a connection string and keys stand in their place. */
export const IDENTITY_SETTINGS = [
  'ServiceBus__fullyQualifiedNamespace',
  'ServiceBus__credential',
  'ServiceBus__clientId',
  'AZURE_CLIENT_ID',
  'IDENTITY_ENDPOINT',
] as const satisfies readonly (keyof Config)[]

/** What the settings must not say together. */
function checked(config: Config): ConfigResult {
  const problems = [...queueProblems(config)]
  if (config.CHANNEL_LOCAL_HOSTS.length > 0 && !config.PUBLIC_URL.startsWith('http:'))
    problems.push({ setting: 'CHANNEL_LOCAL_HOSTS', problem: 'must be empty where PUBLIC_URL is https' })
  return problems.length === 0 ? { config } : { problems }
}

/** The host would take one of two connections, and an identity that differs from ours would open nothing of ours. */
function queueProblems(config: Config): readonly SettingProblem[] {
  const { ServiceBus, ServiceBus__fullyQualifiedNamespace: namespace, ServiceBus__clientId: clientId } = config
  if (ServiceBus === undefined && namespace === undefined)
    return [{ setting: 'ServiceBus', problem: 'missing, and so is ServiceBus__fullyQualifiedNamespace' }]
  if (ServiceBus !== undefined && namespace !== undefined)
    return [{ setting: 'ServiceBus', problem: 'must be absent where ServiceBus__fullyQualifiedNamespace is set' }]
  if (clientId !== undefined && clientId !== config.AZURE_CLIENT_ID)
    return [{ setting: 'ServiceBus__clientId', problem: 'must be the same as AZURE_CLIENT_ID' }]
  return []
}

/** @throws SyncError `SETTINGS_INVALID` naming each bad setting. */
export function configOrThrow(result: ConfigResult): Config {
  if ('config' in result) return result.config
  const names = result.problems.map(({ setting, problem }) => `${setting} (${problem})`).join(', ')
  throw new SyncError('SETTINGS_INVALID', `settings are missing or malformed: ${names}`)
}

/** Where integrators' receivers may be. */
export const targetRulesOf = (config: Config): TargetRules => ({
  publicUrl: config.PUBLIC_URL,
  azureHost: config.WEBSITE_HOSTNAME,
  allowedHosts: config.CHANNEL_LOCAL_HOSTS,
})
