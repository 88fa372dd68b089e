import type { ServiceBusClient } from '@azure/service-bus'

/** The connections to brokers, one for each connection string. */
interface ServiceBusClients {
  get(connectionString: string): Promise<ServiceBusClient>
  close(): Promise<void>
}

/**
 * The client library is loaded when the first queue asks for it, so that an app without queues starts sooner. The
 * triggers do the retrying: the library's own would leave a session waiting for half a minute between two attempts.
 */
export function createServiceBusClients(): ServiceBusClients {
  const clients = new Map<string, ServiceBusClient>()
  return {
    async get(connectionString) {
      const { ServiceBusClient } = await import('@azure/service-bus')
      const retryOptions = { maxRetries: 0, retryDelayInMs: 500, timeoutInMs: 60_000 }
      const client = clients.get(connectionString) ?? new ServiceBusClient(connectionString, { retryOptions })
      clients.set(connectionString, client)
      return client
    },
    async close() {
      await Promise.all([...clients.values()].map((client) => client.close()))
    },
  }
}
