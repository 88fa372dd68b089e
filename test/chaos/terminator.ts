import { type AddressInfo, connect } from 'node:net'
import { createServer } from 'node:tls'
import { SELF_SIGNED } from '../support/self-signed.ts'

export interface Terminator {
  readonly port: number
  close(): Promise<void>
}

/** Speaks TLS for a stand-in that does not, with a certificate for `localhost`. */
export async function startTerminator(target: number): Promise<Terminator> {
  const open = new Set<{ destroy(): void }>()
  const server = createServer({ ...SELF_SIGNED, allowHalfOpen: true }, (outer) => {
    const inner = connect({ port: target, host: '127.0.0.1' })
    const end = () => {
      for (const socket of [outer, inner]) {
        open.delete(socket)
        socket.destroy()
      }
    }
    for (const socket of [outer, inner]) {
      open.add(socket)
      socket.on('error', end).on('close', end)
    }
    outer.pipe(inner).pipe(outer)
  })
  // A connection that breaks before it is secured is nobody's fault here.
  server.on('tlsClientError', (_, socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      for (const socket of open) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
