import type { TokenCredential } from '@azure/identity'
import type { RetryOptions, ServiceBusClient } from '@azure/service-bus'
import { isFailure, SyncError } from '../core/errors.ts'
import type { Clock, DurationMs } from '../core/time.ts'

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

/** Waits for one answer of the queues. @throws SyncError `QUEUE_UNAVAILABLE` when it does not come in time. */
export type Patient = <Answer>(answer: Promise<Answer>) => Promise<Answer>

/** Graph waits three seconds for an answer of the webhook, which sends; nobody else need wait longer. */
const PATIENCE = 2_500 as DurationMs

/** The library waits a minute for a connection, whatever it is told, and for ever for an answer over a silent one. */
export function createPatience(clock: Clock): Patient {
  const silence = async (): Promise<never> => {
    await clock.sleep(PATIENCE)
    throw new SyncError('QUEUE_UNAVAILABLE', 'the queue does not answer')
  }
  return (answer) => Promise.race([answer, silence()])
}

/** Tried once: a second attempt to connect leaves the socket of the first one open for good. */
const ONCE = { maxRetries: 0, timeoutInMs: 5_000 }

/**
 * Does `work` with a client of its own, which is closed again. Whoever receives from several queues does so one after the
 * other, so that a silent broker is connected to once.
 * @throws SyncError `QUEUE_UNAVAILABLE` for whatever fails.
 */
export async function withQueues<Result>(
  connection: QueueConnection,
  clock: Clock,
  work: (client: ServiceBusClient, patient: Patient) => Promise<Result>,
): Promise<Result> {
  const patient = createPatience(clock)
  let client: ServiceBusClient | undefined
  try {
    client = await connectQueues(connection, ONCE)
    return await work(client, patient)
  } catch (cause) {
    if (isFailure(cause, 'QUEUE_UNAVAILABLE')) throw cause
    throw new SyncError('QUEUE_UNAVAILABLE', 'the queues could not be reached', { cause })
  } finally {
    // Nobody waits for the goodbye of a queue that may say nothing.
    client?.close().catch(() => undefined)
  }
}
