import * as z from 'zod'
import { SyncError } from '../../core/errors.ts'
import { createFindings, notSupported } from '../findings.ts'
import { type ApiRequest, readAgain } from '../request.ts'
import type { ApiResponse } from '../response.ts'
import { findRoute, type Route } from '../routes.ts'
import { methodNotAllowed } from '../unknown-address.ts'

/** One request of a batch. */
export const BatchItem = z.object({
  method: z.enum(['GET', 'POST', 'DELETE']),
  relative_url: z.string().min(1).max(8192).meta({ description: 'Path and query, from /v1/ on.' }),
  data: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ description: 'The body of the request, for POST and DELETE.' }),
})

/** The answer to one request of a batch, as it would have been alone. */
export const BatchAnswer = z.object({
  status: z.number().int(),
  data: z.unknown().optional().meta({ description: 'The body of the answer; absent when it has none.' }),
  location: z.string().optional().meta({ description: 'Where the outcome of an accepted change can be read.' }),
})
export type BatchAnswer = z.infer<typeof BatchAnswer>

/** An item as the handler of its address sees it. */
export interface Asked {
  readonly route: Route
  readonly request: ApiRequest
}

/**
 * Reads one item of a batch.
 * @throws ValidationError when it is no request. SyncError `NOT_FOUND`, `METHOD_NOT_ALLOWED` for its address.
 */
export function readItem(value: unknown, batch: ApiRequest): Asked {
  const { method, relative_url: address, data } = parseItem(value)
  const url = addressOf(address, batch.url)
  const route = findRoute(url.pathname)
  if (route === undefined) throw new SyncError('NOT_FOUND', 'no such address')
  if (!route.methods.includes(method)) throw methodNotAllowed(route.methods)
  const headers = new Headers({ 'content-type': 'application/json' })
  const body = readAgain(data === undefined ? '' : JSON.stringify(data))
  return { route, request: { method, url, headers, params: route.params, requestId: batch.requestId, body } }
}

function parseItem(value: unknown): z.infer<typeof BatchItem> {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>
  const findings = createFindings()
  const method = findings.read('method', BatchItem.shape.method, fields['method'])
  const address = findings.read('relative_url', BatchItem.shape.relative_url, fields['relative_url'])
  const data = findings.read('data', BatchItem.shape.data, fields['data'] ?? undefined)
  if (method === 'GET' && data !== undefined) findings.refuse('data', notSupported('is for POST and DELETE only'))
  findings.end()
  return { method: method ?? 'GET', relative_url: address ?? '', data }
}

/** An address of ours, however it is written. */
function addressOf(address: string, base: URL): URL {
  const url = address.startsWith('/') && URL.canParse(address, base) ? new URL(address, base) : undefined
  if (url?.origin !== base.origin) throw new SyncError('NOT_FOUND', 'not an address of ours')
  return url
}

export const wireAnswer = ({ status, headers, body }: ApiResponse): BatchAnswer => ({
  status,
  ...(body !== '' && { data: JSON.parse(body) as unknown }),
  ...(headers['location'] !== undefined && { location: headers['location'] }),
})
