import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'

/** The address that everybody believes to talk to, so that the Graph client is what it is in production. */
export const GRAPH = 'https://graph.microsoft.com'

/** What went over the wire. Bytes are those of bodies, both ways, before any compression. */
export interface Traffic {
  readonly requests: number
  readonly bytes: number
}

/** The stand-in's Graph behind a socket, with a count of what is asked of it. */
export interface Wire {
  traffic(): Traffic
  /** Sends a request for `GRAPH` to the stand-in. */
  send(request: Request): Promise<Response>
  /** How many requests since the last `begin` had to wait for one another: those side by side count once. */
  begin(): void
  depth(): number
  close(): Promise<void>
}

interface Answering {
  answer(request: Request): Promise<Response>
  /** Differs after every change of the mailbox. */
  version(): number
}

export async function startWire({ answer, version }: Answering): Promise<Wire> {
  let traffic: Traffic = { requests: 0, bytes: 0 }
  let deepest = 0
  const remember = createMemory(version)

  const count = (requests: number, bytes: number) => {
    traffic = { requests: traffic.requests + requests, bytes: traffic.bytes + bytes }
  }

  async function handle(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url)
    const body = await request.arrayBuffer()
    const init = { method: request.method, headers: request.headers, ...(body.byteLength > 0 && { body }) }
    const { told, status, headers } = await remember(request, async () => {
      const answered = await answer(new Request(`${GRAPH}${pathname}${search}`, init))
      return { told: await answered.arrayBuffer(), status: answered.status, headers: answered.headers }
    })
    count(1, body.byteLength + told.byteLength)
    return new Response(told.byteLength > 0 ? told : null, { status, headers })
  }

  const server = serve({ fetch: handle, port: 0, hostname: '127.0.0.1' }) as Server
  // Else a connection that has been idle is closed under whoever sends again, when the machine is busy.
  server.keepAliveTimeout = 0
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    traffic: () => traffic,
    async send(request) {
      const depth = deepest + 1
      const { pathname, search } = new URL(request.url)
      const body = await request.arrayBuffer()
      const init = { method: request.method, headers: request.headers, ...(body.byteLength > 0 && { body }) }
      const answered = await fetch(`${origin}${pathname}${search}`, init)
      deepest = Math.max(deepest, depth)
      return answered
    },
    begin() {
      deepest = 0
    },
    depth: () => deepest,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

interface Answer {
  readonly told: ArrayBuffer
  readonly status: number
  readonly headers: Headers
}

/**
 * Whoever reads the same events again while nothing has changed is sent the same bytes: the stand-in takes a second to
 * write ten thousand events, and nobody measures the stand-in.
 */
function createMemory(version: () => number) {
  const answers = new Map<string, Answer>()
  let rememberedAt = version()
  return async ({ method, url }: Request, make: () => Promise<Answer>): Promise<Answer> => {
    if (method !== 'GET' || !/\/(calendarView|instances)\?/.test(url)) return make()
    if (rememberedAt !== version()) answers.clear()
    rememberedAt = version()
    const answer = answers.get(url) ?? (await make())
    answers.set(url, answer)
    return answer
  }
}
