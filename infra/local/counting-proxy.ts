import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface PassedRequest {
  readonly method: string
  readonly path: string
  /** Empty for a request without one. */
  readonly body: string
  readonly status: number
}

export interface CountingProxy {
  /** Without a slash at the end. */
  readonly url: string
  /** Requests that went through since the start, once they are answered. */
  passed(): readonly PassedRequest[]
  close(): Promise<void>
}

/** An answer in place of the service's own. */
export interface Instead {
  readonly status: number
  readonly body: string
}

/**
 * Stands in front of an HTTP service on this machine, passes everything on unchanged and remembers the requests.
 * @param instead answers a request as JSON where it gives something; nothing of it is passed on or remembered then.
 */
export async function startCountingProxy(
  target: string,
  instead: () => Instead | undefined = () => undefined,
): Promise<CountingProxy> {
  const { hostname, port, pathname } = new URL(target)
  const passed: PassedRequest[] = []

  function pass(incoming: IncomingMessage, answer: ServerResponse): void {
    const other = instead()
    if (other !== undefined) {
      answer.writeHead(other.status, { 'content-type': 'application/json' }).end(other.body)
      return
    }
    const body: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => body.push(chunk))
    const onward = request(
      { hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers },
      (response) => {
        const { method = '', url: path = '' } = incoming
        const status = response.statusCode ?? 502
        passed.push({ method, path, status, body: Buffer.concat(body).toString() })
        answer.writeHead(status, response.headers)
        response.pipe(answer)
      },
    )
    onward.on('error', () => answer.destroy())
    incoming.pipe(onward)
  }

  const server = createServer(pass)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname.replace(/\/$/, '')}`,
    passed: () => passed,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
