import { env } from 'node:process'
import type { Log } from '../../shared/core/log.ts'
import { systemRandom } from '../../shared/core/random.ts'
import { type Clock, systemClock } from '../../shared/core/time.ts'
import { VAULT_KEY_NAMES } from '../../shared/crypto/vault.ts'
import queues from '../queues.json' with { type: 'json' }
import { portOf } from './addresses.ts'
import { type Azurite, startAzurite } from './azurite.ts'
import { type KeyVault, startKeyVault } from './key-vault/start-key-vault.ts'
import { seedWorld } from './microsoft365/seed/seed.ts'
import { idleClock, type Microsoft365, startMicrosoft365 } from './microsoft365/start.ts'
import type { World } from './microsoft365/world.ts'
import { type ServiceBus, startServiceBus } from './service-bus/start.ts'
import { type Addresses, addresses, localSettings, MICROSOFT_APP, VAULT_TOKEN } from './settings.ts'

export interface StandInsOptions {
  readonly offset: number
  readonly log: Log
  /** Told as each part becomes ready. */
  readonly ready?: (part: string, address: string) => void
  /** People and calendars; the seeded world when absent. */
  readonly world?: World
  /** The time of every stand-in; the machine's when absent. */
  readonly clock?: Clock
}

/** The stand-ins for the cloud. A part is absent when a setting names the real service, or another emulator. */
export interface StandIns {
  readonly addresses: Addresses
  readonly settings: Record<string, string>
  readonly microsoft365: Microsoft365 | undefined
  readonly serviceBus: ServiceBus | undefined
  close(): Promise<void>
}

/** Starts what no setting replaces. @throws when a port is taken; what was started by then is ended. */
export async function startStandIns(options: StandInsOptions): Promise<StandIns> {
  const { offset, log, ready = () => {}, world, clock: own } = options
  const clock = own ?? idleClock
  const where = addresses(offset)
  const started: { close(): Promise<void> }[] = []
  const close = async () => {
    for (const part of started.reverse()) await part.close()
  }
  async function part<T extends { close(): Promise<void> }>(
    name: string,
    address: string,
    replacedBy: readonly string[],
    start: () => Promise<T>,
  ): Promise<T | undefined> {
    if (replacedBy.some((setting) => env[setting] !== undefined)) return undefined
    const running = await start().catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new Error(`${name} could not start at ${address}: ${reason} (LOCAL_PORT_OFFSET moves every port)`)
    })
    started.push(running)
    ready(name, address)
    return running
  }
  try {
    const parts = [
      part<Azurite>('Table storage', where.tables, ['TABLES_URL'], () =>
        startAzurite({ port: portOf('tables', offset) }),
      ),
      part<ServiceBus>('Service Bus', `amqp://127.0.0.1:${portOf('serviceBus', offset)}`, ['ServiceBus'], () =>
        startServiceBus({
          port: portOf('serviceBus', offset),
          queues: queues.queues as never,
          clock: own ?? systemClock,
        }),
      ),
      part<KeyVault>('Key Vault', where.vault, ['KEY_VAULT_URL'], () =>
        startKeyVault({ port: portOf('keyVault', offset), token: VAULT_TOKEN, keys: Object.values(VAULT_KEY_NAMES) }),
      ),
      part<Microsoft365>('Microsoft 365', where.microsoft365, ['GRAPH_URL', 'ENTRA_AUTHORITY'], () =>
        startMicrosoft365({
          port: portOf('microsoft365', offset),
          world: world ?? seedWorld({ clock, random: systemRandom }),
          clock,
          random: systemRandom,
          log,
          applications: [
            {
              ...MICROSOFT_APP,
              redirectUris: ['oauth', 'session', 'install'].map((path) => `${where.sync}/${path}/callback`),
            },
          ],
        }),
      ),
    ] as const
    // Awaited to the last before anything is ended: a part that is ready late would otherwise be left running.
    await Promise.allSettled(parts)
    const [, serviceBus, , microsoft365] = await Promise.all(parts)
    const settings = localSettings(where, serviceBus?.connectionString ?? '', env)
    return { addresses: where, settings, microsoft365, serviceBus, close }
  } catch (error) {
    await close()
    throw error
  }
}
