import type * as z from 'zod'
import { type GraphRequest, type GraphSend, IMMUTABLE_IDS } from './client.ts'
import { type GraphFailure, readFailure } from './failure.ts'
import { parse } from './parse.ts'
import { BatchAnswer, type BatchItem } from './wire.ts'

/** What one request came to; `undefined` stands for a request that Graph left without an answer. */
export type Reply = { readonly body: unknown } | { readonly failure: GraphFailure } | undefined

/**
 * Sends several requests as one. Graph runs them side by side, and one that fails stops no other: none depends on
 * another.
 * @returns the replies in the order of the requests.
 * @throws SyncError as `send` does; `MICROSOFT_UNEXPECTED_SHAPE` for what is no answer to a batch.
 * @see https://learn.microsoft.com/en-us/graph/json-batching
 */
export async function sendBatch(send: GraphSend, requests: readonly GraphRequest[]): Promise<readonly Reply[]> {
  const body = { requests: requests.map(itemOf) }
  const { responses } = parse(BatchAnswer, await send({ method: 'POST', target: '/$batch', body }))
  const items = new Map(responses.flatMap((item) => (item === null ? [] : [[item.id, item]])))
  return requests.map((_, index) => replyOf(items.get(idOf(index))))
}

const idOf = (index: number): string => String(index + 1)

const itemOf = ({ method, target, body, prefer = [], ifMatch }: GraphRequest, index: number): object => ({
  id: idOf(index),
  method,
  url: target,
  headers: {
    Prefer: [IMMUTABLE_IDS, ...prefer].join(', '),
    ...(ifMatch !== undefined && { 'If-Match': ifMatch }),
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
  },
  ...(body !== undefined && { body }),
})

function replyOf(item: z.infer<typeof BatchItem> | undefined): Reply {
  if (item === undefined) return undefined
  const { status, headers, body } = item
  if (status >= 200 && status < 300) return { body }
  const named = new Map(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
  return { failure: readFailure(status, (name) => named.get(name) ?? null, body) }
}
