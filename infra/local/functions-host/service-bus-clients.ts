import type { ServiceBusClient } from '@azure/service-bus'
import type { TriggerConnection } from './settings.ts'

/** The connections to brokers, one for each that bindings name. */
interface ServiceBusClients {
  get(connection: TriggerConnection): Promise<ServiceBusClient>
  close(): Promise<void>
}

/** The triggers do the retrying: the library's own would leave a session waiting for half a minute between two attempts. */
const retryOptions = { maxRetries: 0, retryDelayInMs: 500, timeoutInMs: 60_000 }

/** The client library is loaded when the first queue asks for it, so that an app without queues starts sooner. */
export function createServiceBusClients(): ServiceBusClients {
  const clients = new Map<string, Promise<ServiceBusClient>>()
  return {
    get(connection) {
      const key = JSON.stringify(connection)
      const client = clients.get(key) ?? connect(connection)
      clients.set(key, client)
      return client
    },
    async close() {
      await Promise.all([...clients.values()].map(async (client) => (await client).close()))
    },
  }
}

/** The real host has an identity of its own kind: it does not ask the app for a token. */
async function connect(connection: TriggerConnection): Promise<ServiceBusClient> {
  const { ServiceBusClient } = await import('@azure/service-bus')
  if ('connectionString' in connection) return new ServiceBusClient(connection.connectionString, { retryOptions })
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity')
  const { namespace, isManaged, clientId } = connection
  const managed = () =>
    clientId === undefined ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId })
  return new ServiceBusClient(namespace, isManaged ? managed() : new DefaultAzureCredential(), { retryOptions })
}
