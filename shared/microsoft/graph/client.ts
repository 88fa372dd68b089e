import { Client, type Context, type Middleware } from '@microsoft/microsoft-graph-client'
import { SyncError } from '../../core/errors.ts'
import { type Random, randomId } from '../../core/random.ts'
import { failureOfResponse, isMisread, unanswered } from './failure.ts'

export interface GraphRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** A path below /v1.0, or a link that Graph handed out, which is sent back letter for letter. */
  readonly target: string
  readonly body?: unknown
  /** Values of the Prefer header. */
  readonly prefer?: readonly string[]
  /** The version of the event that the request is about; with another one Graph refuses it. */
  readonly ifMatch?: string
}

/** Ids that stay the same when an item is moved; asked for with every request, because each answers in its own form. */
export const IMMUTABLE_IDS = 'IdType="ImmutableId"'

/**
 * Sends one request and answers the parsed body, undefined where there is none.
 * @throws GraphError for every answer that is not a success. @throws SyncError `MICROSOFT_UNREACHABLE`: there was none, or
 * only a part of one.
 */
export type GraphSend = (request: GraphRequest) => Promise<unknown>

export interface GraphClientDependencies {
  /** Origin of Graph, such as `https://graph.microsoft.com`. */
  readonly graphUrl: string
  readonly fetch: typeof globalThis.fetch
  readonly random: Random
}

/**
 * A Graph client for one person's token. Our own middleware chain, for three reasons: the library's authentication is
 * silent for hosts it does not know, its query parser rewrites links that must be sent verbatim, and its retry handler
 * sleeps inside the process and repeats POST. Retrying is the schedule's business.
 */
export function createGraphClient({ graphUrl, fetch, random }: GraphClientDependencies, token: string): GraphSend {
  const client = Client.initWithMiddleware({
    baseUrl: `${graphUrl}/`,
    defaultVersion: 'v1.0',
    middleware: authorized(token, random, sending(fetch)),
  })
  return async ({ method, target, body, prefer = [], ifMatch }) => {
    const url = target.startsWith('/') ? `${graphUrl}/v1.0${target}` : target
    checkLink(url, graphUrl)
    const request = client
      .api('/me')
      .middlewareOptions([new ExactUrl(url)])
      .headers({ Prefer: [IMMUTABLE_IDS, ...prefer].join(', '), ...(ifMatch !== undefined && { 'If-Match': ifMatch }) })
      .responseType('raw' as never)
    // Whatever a middleware throws, the library replaces by an error of its own: failures are told apart out here.
    const response: Response = await SEND[method](request, body).catch((cause: unknown) => {
      throw unanswered(cause)
    })
    if (!response.ok) throw await failureOfResponse(response)
    const answer = await readBody(response)
    for (const link of linksIn(answer)) checkLink(link, graphUrl)
    return answer
  }
}

/** Checked where it arrives as well as where it is sent: a link that was stored and then refused would be kept for ever. */
function checkLink(link: string, graphUrl: string): void {
  if (!URL.canParse(link) || new URL(link).origin !== new URL(graphUrl).origin)
    throw new SyncError('MICROSOFT_UNEXPECTED_SHAPE', 'a link leads away from Graph')
}

const linksIn = (answer: unknown): string[] =>
  Object.entries(answer ?? {}).flatMap(([name, value]) =>
    /^@odata\.(next|delta)Link$/.test(name) && typeof value === 'string' ? [value] : [],
  )

type Request = ReturnType<Client['api']>

const SEND: Record<GraphRequest['method'], (request: Request, body: unknown) => Promise<Response>> = {
  GET: (request) => request.get(),
  POST: (request, body) => request.post(body ?? {}),
  PATCH: (request, body) => request.patch(body),
  DELETE: (request) => request.delete(),
}

/** The URL to use in place of the one the library builds. */
class ExactUrl {
  readonly url: string
  constructor(url: string) {
    this.url = url
  }
}

/** Sets the address and the token. The address has been checked: the token goes to Graph's own origin only. */
function authorized(token: string, random: Random, next: Middleware): Middleware {
  return {
    async execute(context: Context) {
      const exact = context.middlewareControl?.getMiddlewareOptions(ExactUrl as never) as ExactUrl | undefined
      context.request = exact?.url ?? String(context.request)
      context.options = {
        ...context.options,
        headers: {
          ...plainHeaders(context.options?.headers),
          Authorization: `Bearer ${token}`,
          'client-request-id': randomId(random),
        },
      }
      await next.execute(context)
    },
  }
}

const plainHeaders = (headers: unknown): Record<string, string> =>
  Object.fromEntries(new Headers((headers ?? {}) as HeadersInit).entries())

const sending = (fetch: typeof globalThis.fetch): Middleware => ({
  async execute(context: Context) {
    context.response = await fetch(context.request, { ...context.options, redirect: 'error' })
  },
})

async function readBody(response: Response): Promise<unknown> {
  if (response.status === 202 || response.status === 204) return undefined
  try {
    return await response.json()
  } catch (cause) {
    if (!isMisread(cause)) throw unanswered(cause)
    throw new SyncError('MICROSOFT_UNEXPECTED_SHAPE', 'Graph answered something that is not JSON', { cause })
  }
}
