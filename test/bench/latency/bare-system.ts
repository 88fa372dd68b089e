import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AzureNamedKeyCredential, TableClient } from '@azure/data-tables'
import { AZURITE_ACCOUNT, AZURITE_KEY } from '../../../infra/local/azurite.ts'
import { spawnFunctionsHost } from '../../../infra/local/functions-host/spawn-functions-host.ts'
import type { Person } from '../../../infra/local/microsoft365/world.ts'
import { startServiceBus } from '../../../infra/local/service-bus/start.ts'
import queues from '../../../infra/queues.json' with { type: 'json' }
import { systemClock } from '../../../shared/core/time.ts'
import { type BenchSystem, graphToken } from '../bench-system.ts'
import { buildSmallApp } from '../small-app.ts'
import { BARE_APP } from './bare-app.ts'

/** The bare program beside the service: with a host and a queue of its own, the same tables and the same Graph. */
export interface BareSystem {
  readonly url: string
  /** Asks the table service for one row, and nothing else. */
  readRow(): Promise<unknown>
  close(): Promise<void>
}

/** Subscribes to a person's calendar. */
export async function startBareSystem(system: BenchSystem, person: Person): Promise<BareSystem> {
  const directory = await mkdtemp(join(tmpdir(), 'bare-app-'))
  const broker = await startServiceBus({ port: 0, queues: queues.queues as never, clock: systemClock })
  const credential = new AzureNamedKeyCredential(AZURITE_ACCOUNT, AZURITE_KEY)
  const table = new TableClient(system.addresses.tables, 'bare', credential, { allowInsecureConnection: true })
  await table.createTable()
  const token = await graphToken(system, person.oid)
  const host = await spawnFunctionsHost({
    appDirectory: await buildSmallApp(directory, BARE_APP),
    port: 0,
    environment: {
      ...{ ServiceBus: broker.connectionString, GRAPH_TOKEN: token, FIRST_LINK: firstLink(system) },
      ...{ TABLES_URL: system.addresses.tables, TABLES_ACCOUNT_KEY: AZURITE_KEY },
    },
    masterKey: system.masterKey,
    write: () => undefined,
  })
  await subscribe(system, token, `${host.url}/bare/notifications`)
  return {
    url: host.url,
    readRow: () => table.getEntity('bare', 'event'),
    async close() {
      await host.close()
      await broker.close()
      await rm(directory, { recursive: true })
    },
  }
}

const DAY = 86_400_000
const inDays = (days: number): string => new Date(systemClock.now() + days * DAY).toISOString()

function firstLink({ addresses }: BenchSystem): string {
  const query = new URLSearchParams({ startDateTime: inDays(-42), endDateTime: inDays(201) })
  return `${addresses.microsoft365}/v1.0/me/calendarView/delta?${query}`
}

async function subscribe({ addresses }: BenchSystem, token: string, notificationUrl: string): Promise<void> {
  const body = {
    changeType: 'created,updated,deleted',
    notificationUrl,
    resource: '/me/events',
    expirationDateTime: inDays(1),
  }
  const answer = await fetch(`${addresses.microsoft365}/v1.0/subscriptions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (answer.status !== 201) throw new Error(`subscribing was answered ${answer.status}: ${await answer.text()}`)
}
