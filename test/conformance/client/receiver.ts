import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eventually } from '../../support/eventually.ts'

export interface Received {
  readonly body: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly type: string
}

/** The integrator's own server, to which notifications come. */
export interface Receiver {
  readonly url: string
  /** Waits for a notification of this type that nobody has waited for yet. */
  next(type: string): Promise<Received>
  close(): Promise<void>
}

export async function startReceiver(): Promise<Receiver> {
  const waiting: Received[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString('utf8')
    const { notification } = JSON.parse(body) as { notification: { type: string } }
    waiting.push({ body, headers: request.headers, type: notification.type })
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://localhost:${port}/notifications`,
    async next(type) {
      const isOne = (one: Received) => one.type === type
      await eventually(`a notification "${type}" comes`, () => waiting.some(isOne), 30_000)
      const [found] = waiting.splice(waiting.findIndex(isOne), 1)
      if (found === undefined) throw new Error('it was there a moment ago')
      return found
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
