import { portOf } from './addresses.ts'
import { AZURITE_ACCOUNT, AZURITE_KEY } from './azurite.ts'

/** How our application is known at the Entra stand-in. Secrets here open nothing but this machine's stand-ins. */
export const MICROSOFT_APP = {
  clientId: '5f0c6f3e-2f6b-4c58-9d0e-3f7a1b2c4d5e',
  clientSecret: 'local-client-secret',
  name: 'FlowAgent Microsoft 365 Sync',
  publisher: 'FlowAgent',
  groupMembershipClaims: 'All',
  appRoles: ['Operator'],
} as const

/** The organisation of whoever operates the local system. */
export const OPERATOR_TENANT = 'f10a0003-9b6c-4d2e-a143-5c6d7e8f9a0b'

export const VAULT_TOKEN = 'local'

/** The integrators of the local system. `sample` is for tests and for whoever wants to try the API by hand. */
export const SAMPLE = {
  clientId: 'sample',
  secret: 'sample-secret-that-works-on-this-machine-only-0001',
  redirectUri: 'http://localhost:8765/callback',
}

export interface Addresses {
  readonly sync: string
  readonly tables: string
  readonly vault: string
  readonly microsoft365: string
  readonly flowagent: string
}

/** Where the parts are; `localhost` and not a number, because sign-in cookies and redirect URIs are by name. */
export const addresses = (offset: number): Addresses => ({
  sync: `http://localhost:${portOf('functions', offset)}`,
  tables: `http://127.0.0.1:${portOf('tables', offset)}/${AZURITE_ACCOUNT}`,
  vault: `http://localhost:${portOf('keyVault', offset)}`,
  microsoft365: `http://localhost:${portOf('microsoft365', offset)}`,
  flowagent: `http://localhost:${portOf('flowagent', offset)}`,
})

/** The service's settings for the local system; what is set in the environment wins, and its stand-in is not started. */
export function localSettings(
  where: Addresses,
  serviceBus: string,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const settings: Record<string, string> = {
    ENVIRONMENT: 'local',
    PUBLIC_URL: where.sync,
    ServiceBus: serviceBus,
    TABLES_URL: where.tables,
    ...(env['TABLES_URL'] === undefined && { TABLES_ACCOUNT_KEY: AZURITE_KEY }),
    BACKUP_URL: '',
    BACKUP_ACCOUNT_KEY: '',
    KEY_VAULT_URL: where.vault,
    ...(env['KEY_VAULT_URL'] === undefined && { KEY_VAULT_TOKEN: VAULT_TOKEN }),
    GRAPH_URL: where.microsoft365,
    ENTRA_AUTHORITY: where.microsoft365,
    MICROSOFT_CLIENT_ID: MICROSOFT_APP.clientId,
    MICROSOFT_CLIENT_SECRET: MICROSOFT_APP.clientSecret,
    OPERATOR_TENANT,
    CHANNEL_LOCAL_HOSTS: 'localhost,127.0.0.1',
    // Tests and fuzzers on this machine ask faster than an integrator may.
    RATE_PER_SECOND: '10000',
    RATE_PER_MINUTE: '100000',
    RATE_ACCOUNT_PER_MINUTE: '100000',
    OTEL_EXPORTER_OTLP_ENDPOINT: '',
    TRACE_CONSOLE: 'false',
  }
  for (const name of Object.keys(settings)) settings[name] = env[name] ?? settings[name] ?? ''
  return settings
}
