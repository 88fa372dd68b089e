import { connect, type Socket } from 'node:net'
import { eventually } from './eventually.ts'

export interface SlowSenders {
  /** How many have not been hung up on. */
  connected(): number
  release(): void
}

const DRIP_MS = 1_000

/**
 * Connections that send a byte a second to a URL, half of them in their headers and half in their bodies; each has sent
 * three by then.
 */
export async function connectSlowSenders(url: string, count: number): Promise<SlowSenders> {
  const sockets = Array.from({ length: count }, (_, index) => begin(new URL(url), index % 2 === 0))
  let drips = 0
  const drip = setInterval(() => {
    drips += 1
    for (const socket of sockets) if (!socket.destroyed) socket.write('x')
  }, DRIP_MS)
  await eventually('they are connected', () => sockets.every(({ connecting }) => !connecting))
  await eventually('they are slow', () => drips >= 3)
  return {
    connected: () => sockets.filter(({ destroyed }) => !destroyed).length,
    release() {
      clearInterval(drip)
      for (const socket of sockets) socket.destroy()
    },
  }
}

function begin({ hostname, port, pathname }: URL, inHeaders: boolean): Socket {
  const socket = connect(Number(port), hostname)
  socket.on('error', () => socket.destroy())
  const head = `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\n`
  socket.write(inHeaders ? head : `${head}Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{`)
  return socket
}
