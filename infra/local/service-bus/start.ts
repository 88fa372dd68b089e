import type { AddressInfo, Socket } from 'node:net'
import { jsonLog } from '../../../shared/core/log.ts'
import { systemRandom } from '../../../shared/core/random.ts'
import type { Clock, EpochMs } from '../../../shared/core/time.ts'
import { createFace } from './amqp/face.ts'
import { createAmqpServer } from './amqp/listen.ts'
import { QueueSettings } from './definitions.ts'
import { createAgenda } from './model/agenda.ts'
import { createQueuePair } from './model/queue.ts'
import { type Snapshot, snapshotOf } from './snapshot.ts'

interface ServiceBusOptions {
  /** 0 for any free port. */
  port: number
  host?: string
  /** As in `infra/queues.json`. */
  queues: readonly QueueSettings[]
  clock: Clock
  /** A certificate and its key, as PEM: then it speaks TLS only, as the service does. */
  tls?: { readonly cert: string; readonly key: string }
  /** Whether an identity's token opens the namespace. */
  accepts?: (token: string) => boolean
}

export interface ServiceBus {
  port: number
  /** For `@azure/service-bus` and the Functions setting `ServiceBus`. */
  connectionString: string
  close(): Promise<void>
  /** Everything the broker holds, to search it for what must not be there. */
  snapshot(): Snapshot
  /** Does at once what has become due while the clock was put forward. */
  runDue(): void
}

/** Not a secret: it opens nothing but this broker, which listens on the loopback address. */
const ACCESS = { name: 'RootManageSharedAccessKey', key: 'only-for-the-broker-on-this-machine' }

/** The longest time that a Node.js timer can wait. */
const LONGEST_WAIT = 2 ** 31 - 1

/**
 * Starts an AMQP 1.0 broker that the Azure client libraries take for a Service Bus namespace. Messages live in memory and
 * end with it. @throws ZodError naming what is wrong with a queue; an Error of the socket when the port is taken.
 */
export async function startServiceBus(options: ServiceBusOptions): Promise<ServiceBus> {
  const { port, host = '127.0.0.1', clock } = options
  const definitions = options.queues.map((settings) => QueueSettings.parse(settings))
  const alarm = createAlarm(clock, () => agenda.runDue())
  const agenda = createAgenda(clock, alarm.set)
  const queues = definitions.map((definition) => createQueuePair(definition, { clock, random: systemRandom, agenda }))
  const log = jsonLog((line) => process.stderr.write(`${line}\n`))
  const onFault = (error: unknown) => log('error', 'service-bus-fault', { fault: String(error) })
  const access = { ...ACCESS, ...(options.accepts && { accepts: options.accepts }) }
  const onOffence = (error: unknown) => log('warn', 'service-bus-client-fault', { fault: String(error) })
  const { container, gone } = createFace({ queues, access, clock })
  const server = createAmqpServer(container, { tls: options.tls, onFault, onOffence, onGone: gone })
  server.listen({ port, host })
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject))
  const bound = (server.address() as AddressInfo).port
  let closed: Promise<void> | undefined

  return {
    port: bound,
    connectionString: localConnectionString(host, bound),
    snapshot: () => snapshotOf(queues),
    runDue: agenda.runDue,
    close() {
      alarm.stop()
      for (const socket of sockets) socket.destroy()
      closed ??= new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())))
      return closed
    },
  }
}

/** How to reach the broker at an address. */
export const localConnectionString = (host: string, port: number): string =>
  `Endpoint=sb://${host}:${port};SharedAccessKeyName=${ACCESS.name};SharedAccessKey=${ACCESS.key};UseDevelopmentEmulator=true;`

/** The one place where real time passes: rings once at the time that was set last. */
function createAlarm(clock: Clock, ring: () => void) {
  let timer: NodeJS.Timeout | undefined
  let setFor: EpochMs | undefined
  const goOff = () => {
    setFor = undefined
    ring()
  }
  return {
    set(when: EpochMs): void {
      if (when === setFor) return
      setFor = when
      clearTimeout(timer)
      timer = setTimeout(goOff, Math.min(Math.max(when - clock.now(), 0), LONGEST_WAIT))
    },
    stop: () => clearTimeout(timer),
  }
}
