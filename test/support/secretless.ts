import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Azurite, startAzurite } from '../../infra/local/azurite.ts'
import { type IdentityEndpoint, startIdentity } from '../../infra/local/identity/start-identity.ts'
import { FEDERATION_AUDIENCE, FEDERATION_ISSUER } from '../../infra/local/identity/tokens.ts'
import { type KeyVault, startKeyVault } from '../../infra/local/key-vault/start-key-vault.ts'
import { type Microsoft365, startMicrosoft365 } from '../../infra/local/microsoft365/start.ts'
import type { World } from '../../infra/local/microsoft365/world.ts'
import { type ServiceBus, startServiceBus } from '../../infra/local/service-bus/start.ts'
import { MICROSOFT_APP } from '../../infra/local/settings.ts'
import queues from '../../infra/queues.json' with { type: 'json' }
import { randomToken, systemRandom } from '../../shared/core/random.ts'
import { systemClock } from '../../shared/core/time.ts'
import { VAULT_KEY_NAMES } from '../../shared/crypto/vault.ts'
import { SELF_SIGNED } from './self-signed.ts'

export const IDENTITY = {
  clientId: '3d0d9c0e-58cf-4a7c-9d0b-5a5c5d1f7e11',
  principalId: '9b1c3f0a-2c2e-4f57-8a54-6f0de0a4c222',
}

/** The cloud as the app finds it in Azure: nothing opens by a secret, everything by the app's managed identity. */
export interface Secretless {
  /** The app's settings, and what the platform adds for the identity. */
  readonly environment: Record<string, string>
  readonly identity: IdentityEndpoint
  readonly serviceBus: ServiceBus
  readonly vault: KeyVault
  readonly tables: Azurite
  readonly microsoft365: Microsoft365
  close(): Promise<void>
}

interface Options {
  readonly world: World
  /** Where the app will be. */
  readonly publicUrl: string
  readonly tablesPort: number
}

export async function startSecretless({ world, publicUrl, tablesPort }: Options): Promise<Secretless> {
  const folder = await mkdtemp(join(tmpdir(), 'certificate-'))
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  await writeFile(files.cert, SELF_SIGNED.cert)
  await writeFile(files.key, SELF_SIGNED.key)
  const header = randomToken(systemRandom)
  const identity = await startIdentity({ header, identities: [IDENTITY], clock: systemClock })
  const accepts = (resource: string) => identity.tokens.accepts(resource, [IDENTITY.principalId])
  const [tables, serviceBus, vault, microsoft365] = await Promise.all([
    startAzurite({ port: tablesPort, tls: files }),
    startServiceBus({
      ...{ port: 0, queues: queues.queues as never, clock: systemClock, tls: SELF_SIGNED },
      accepts: accepts('https://servicebus.azure.net'),
    }),
    startKeyVault({
      ...{ port: 0, token: randomToken(systemRandom), keys: Object.values(VAULT_KEY_NAMES) },
      accepts: accepts('https://vault.azure.net'),
    }),
    startMicrosoft365({
      ...{ port: 0, world, clock: systemClock, random: systemRandom, log: () => undefined },
      applications: [applicationOf(identity, publicUrl)],
    }),
  ])
  const microsoft = `http://localhost:${microsoft365.port}`
  const environment = {
    NODE_EXTRA_CA_CERTS: files.cert,
    IDENTITY_ENDPOINT: identity.url,
    IDENTITY_HEADER: header,
    AZURE_CLIENT_ID: IDENTITY.clientId,
    ENVIRONMENT: 'secretless',
    PUBLIC_URL: publicUrl,
    ServiceBus__fullyQualifiedNamespace: `localhost:${serviceBus.port}`,
    ServiceBus__credential: 'managedidentity',
    ServiceBus__clientId: IDENTITY.clientId,
    TABLES_URL: tables.url,
    KEY_VAULT_URL: vault.url,
    GRAPH_URL: microsoft,
    ENTRA_AUTHORITY: microsoft,
    MICROSOFT_CLIENT_ID: MICROSOFT_APP.clientId,
    CHANNEL_LOCAL_HOSTS: 'localhost,127.0.0.1',
  }
  async function close(): Promise<void> {
    await Promise.all([tables, serviceBus, vault, microsoft365, identity].map((part) => part.close()))
    await rm(folder, { recursive: true })
  }
  return { environment, identity, serviceBus, vault, tables, microsoft365, close }
}

/** Registered without a secret: the identity's tokens prove it. */
function applicationOf(identity: IdentityEndpoint, publicUrl: string) {
  const { clientSecret: _, ...app } = MICROSOFT_APP
  return {
    ...app,
    redirectUris: ['oauth', 'session', 'install'].map((path) => `${publicUrl}/${path}/callback`),
    federatedCredential: {
      issuer: FEDERATION_ISSUER,
      subject: IDENTITY.principalId,
      audience: FEDERATION_AUDIENCE,
      publicKey: identity.tokens.publicKey,
    },
  }
}
