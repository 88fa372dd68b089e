import type { Entra } from '../accounts/ports.ts'
import type { Post } from '../channels/ports.ts'
import type { Telemetry } from '../core/telemetry.ts'
import { graphRoute } from './graph-route.ts'

type Fetch = typeof globalThis.fetch

/** Graph names each request, so that Microsoft's support can find it. */
const REQUEST_ID = /^[0-9a-f-]{36}$/

/** Requests to Graph, each with a span that is named by its route. */
export const fetchInSpans =
  (fetch: Fetch, telemetry: Telemetry): Fetch =>
  (input, init) => {
    const method = init?.method ?? (input instanceof Request ? input.method : 'GET')
    const url = input instanceof Request ? input.url : String(input)
    return telemetry.span(`${method} ${graphRoute(url)}`, { kind: 'client' }, async (span) => {
      const answer = await fetch(input, init)
      const graphRequest = answer.headers.get('request-id') ?? ''
      span.note({ status: answer.status, ...(REQUEST_ID.test(graphRequest) && { graphRequest }) })
      return answer
    })
  }

/**
 * Notifications to integrators. Each tells the receiver which span it comes from, so that the receiver's own trace goes
 * on from there; what is signed is the body, the id and the time, so that no signature is about this header.
 */
export const postInSpans =
  (post: Post, telemetry: Telemetry): Post =>
  (url, headers, body) =>
    telemetry.span('POST receiver', { kind: 'client' }, async (span) => {
      const traceparent = telemetry.carrier()
      const delivery = await post(url, traceparent === undefined ? headers : { ...headers, traceparent }, body)
      span.note(delivery.kind === 'answered' ? { status: delivery.status } : { code: delivery.reason })
      return delivery
    })

/** Tokens for Graph. Most come out of the account's cache and ask Entra ID for nothing. */
export const entraInSpans = (entra: Entra, telemetry: Telemetry): Entra => ({
  ...entra,
  accessToken: (tokenCache, refused) =>
    telemetry.span('access token', { kind: 'client' }, () => entra.accessToken(tokenCache, refused)),
})
