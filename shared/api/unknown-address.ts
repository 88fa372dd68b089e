import { FAILURES, SyncError } from '../core/errors.ts'
import type { ApiRequest } from './request.ts'
import { type ApiResponse, json } from './response.ts'
import { findRoute, OTHER_ROUTES, ROUTES } from './routes.ts'
import { insteadOf } from './unsupported.ts'

const ALL_ROUTES = { ...ROUTES, ...OTHER_ROUTES }

type Asked = Pick<ApiRequest, 'method' | 'url' | 'requestId'>

/**
 * Answers for what the Functions host finds no function for: it would say 404 without a body and without the headers that
 * every answer of ours has, for a wrong method too.
 * @returns 404 with what to do instead, for what the compatible API has and this service has not.
 * @throws SyncError `METHOD_NOT_ALLOWED`, `NOT_FOUND`; nothing else, and without looking at who asks.
 */
export async function answerUnknown({ method, url, requestId }: Asked): Promise<ApiResponse> {
  const description = insteadOf(url.pathname)
  if (description !== undefined)
    return json(FAILURES.NOT_SUPPORTED.http, { error: 'NOT_SUPPORTED', description, request_id: requestId })
  const route = findRoute(url.pathname, ALL_ROUTES)
  if (route === undefined || route.methods.includes(method)) throw new SyncError('NOT_FOUND', 'no such address')
  throw methodNotAllowed(route.methods)
}

export const methodNotAllowed = (methods: readonly string[]): SyncError =>
  new SyncError('METHOD_NOT_ALLOWED', 'the address takes another method', { facts: { allow: methods.join(', ') } })
