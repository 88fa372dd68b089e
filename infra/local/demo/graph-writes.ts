import * as z from 'zod'
import type { PassedRequest } from '../counting-proxy.ts'

/** A request that has changed a mailbox. */
export interface GraphWrite {
  readonly method: string
  /** What its body says something about. */
  readonly fields: readonly string[]
}

const Body = z.record(z.string(), z.unknown())
const Batch = z.object({ requests: z.array(z.object({ method: z.string(), url: z.string(), body: Body.optional() })) })

/**
 * Every request that has changed a mailbox. Those inside a batch count one by one, done or refused; looking after
 * subscriptions does not.
 */
export const writesIn = (requests: readonly PassedRequest[]): GraphWrite[] =>
  requests
    .filter(({ status }) => status < 300)
    .flatMap(partsOf)
    .filter(({ method, path }) => method !== 'GET' && !path.includes('/subscriptions'))

function partsOf({ method, path, body }: PassedRequest): (GraphWrite & Pick<PassedRequest, 'path'>)[] {
  if (method === 'GET') return []
  const content = body === '' ? {} : Body.parse(JSON.parse(body))
  if (!path.endsWith('/$batch')) return [{ method, path, fields: Object.keys(content) }]
  return Batch.parse(content).requests.map((part) => ({
    method: part.method,
    path: part.url,
    fields: Object.keys(part.body ?? {}),
  }))
}
