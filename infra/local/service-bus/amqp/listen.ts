import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { Connection, Container } from 'rhea'
import { LARGEST_FRAME } from './frames.ts'
import { guard, MOST_CHANNELS } from './guard.ts'
import { Fault } from './offence.ts'

interface ListenOptions {
  readonly tls: { readonly cert: string; readonly key: string } | undefined
  /** Told of a fault in the broker; the connection is then gone. */
  readonly onFault: (error: unknown) => void
  /** Told of a client that broke the protocol; the connection is then gone. */
  readonly onOffence: (error: unknown) => void
  readonly onGone: (connection: Connection) => void
}

/** @see https://learn.microsoft.com/azure/service-bus-messaging/service-bus-quotas */
const MOST_CONNECTIONS = 5_000

/** Serves AMQP to whoever connects, each behind a guard of its own. */
export function createAmqpServer(container: Container, { tls, onFault, onOffence, onGone }: ListenOptions): Server {
  const onTrouble = (error: unknown) => (error instanceof Fault ? onFault(error) : onOffence(error))
  container.on('error', onTrouble)
  container.on('protocol_error', onTrouble)

  function accept(socket: Socket): void {
    const options = { max_frame_size: LARGEST_FRAME, channel_max: MOST_CHANNELS, port: 0 }
    const connection = container.create_connection(options)
    ;(connection as unknown as { accept(socket: Socket): void }).accept(socket)
    guard(connection, socket, { onTrouble, onGone: () => onGone(connection) })
  }

  const server = tls === undefined ? createServer(accept) : createTlsServer(tls, accept)
  server.maxConnections = MOST_CONNECTIONS
  return server
}
