import type { TokenCredential } from '@azure/identity'
import type { RetryOptions, ServiceBusClient } from '@azure/service-bus'

/** Where the queues are: behind a connection string, or in a namespace that an identity opens, as in Azure. */
export type QueueConnection =
  | { readonly connectionString: string }
  | { readonly namespace: string; readonly credential: TokenCredential }

/** A client that connects with its first use. The library is loaded here. */
export async function connectQueues(
  connection: QueueConnection,
  retryOptions: RetryOptions,
): Promise<ServiceBusClient> {
  const { ServiceBusClient } = await import('@azure/service-bus')
  return 'namespace' in connection
    ? new ServiceBusClient(connection.namespace, connection.credential, { retryOptions })
    : new ServiceBusClient(connection.connectionString, { retryOptions })
}
