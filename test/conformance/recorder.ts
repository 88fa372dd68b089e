import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import * as z from 'zod'

/** One request to Graph and its answer. The token is not kept. */
export interface Exchange {
  readonly source: 'product' | 'tour'
  readonly method: string
  /** Below `/v1.0`, as it was sent. */
  readonly path: string
  readonly query: URLSearchParams
  readonly requestHeaders: Headers
  readonly requestBody: unknown
  readonly status: number
  readonly contentType: string
  readonly body: unknown
}

type Fetch = (request: Request) => Promise<Response>

export interface Recorder {
  /** What stands in for Graph's origin. */
  readonly url: string
  readonly exchanges: readonly Exchange[]
  /** The notifications that came to `${url}/notify`, which agrees to every subscription. */
  readonly notifications: readonly unknown[]
  /** Where requests are passed on to. */
  attach(graph: Fetch): void
  close(): Promise<void>
}

/** Marks requests of the tour; everything else comes from the product. */
export const TOUR_HEADER = 'x-tour'

/** Stands between the product and Graph and keeps what it hears. */
export async function startRecorder(): Promise<Recorder> {
  const exchanges: Exchange[] = []
  const notifications: unknown[] = []
  let graph: Fetch = async () => new Response(null, { status: 503 })

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url)
    if (url.pathname === '/notify') return listen(url, request)
    const requestText = await request.clone().text()
    const response = await graph(request)
    const exchange = await exchangeOf(request, requestText, response.clone())
    exchanges.push(exchange, ...partsOf(exchange))
    return response
  }

  async function listen(url: URL, request: Request): Promise<Response> {
    const token = url.searchParams.get('validationToken')
    if (token !== null) return new Response(token, { headers: { 'content-type': 'text/plain' } })
    notifications.push(await request.json())
    return new Response(null, { status: 202 })
  }

  const server = serve({ fetch: answer, port: 0, hostname: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    notifications,
    attach(fetch) {
      graph = fetch
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

async function exchangeOf(request: Request, requestText: string, response: Response): Promise<Exchange> {
  const { pathname, searchParams } = new URL(request.url)
  const requestHeaders = new Headers(request.headers)
  requestHeaders.delete('authorization')
  return {
    source: requestHeaders.has(TOUR_HEADER) ? 'tour' : 'product',
    method: request.method,
    path: pathname.replace(/^\/v1\.0/, ''),
    query: searchParams,
    requestHeaders,
    requestBody: parsed(requestText),
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    body: parsed(await response.text()),
  }
}

const Envelope = z.object({
  requests: z.array(
    z.object({
      id: z.string(),
      method: z.string(),
      url: z.string(),
      headers: z.record(z.string(), z.string()).default({}),
      body: z.unknown().optional(),
    }),
  ),
})
const Answers = z.object({
  responses: z.array(
    z.object({
      id: z.string(),
      status: z.number(),
      headers: z.record(z.string(), z.string()).default({}),
      body: z.unknown().optional(),
    }),
  ),
})

/** The single requests of a batch, as if each had been sent alone. */
function partsOf({ source, path, requestBody, body }: Exchange): Exchange[] {
  const [asked, told] = [Envelope.safeParse(requestBody), Answers.safeParse(body)]
  if (!path.endsWith('/$batch') || !asked.success || !told.success) return []
  return asked.data.requests.flatMap((part) => {
    const answer = told.data.responses.find(({ id }) => id === part.id)
    if (answer === undefined) return []
    const url = new URL(part.url.replace(/^\/?/, 'http://graph/'))
    return {
      source,
      method: part.method,
      path: url.pathname,
      query: url.searchParams,
      requestHeaders: new Headers(part.headers),
      requestBody: part.body,
      status: answer.status,
      contentType: new Headers(answer.headers).get('content-type') ?? '',
      body: answer.body,
    }
  })
}

/** An empty body is undefined; one that is not JSON stays the text it is. */
function parsed(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
