import { SyncError } from '../core/errors.ts'
import type { ApiRequest } from './request.ts'
import type { ApiResponse } from './response.ts'
import { findRoute } from './routes.ts'

/**
 * Answers for what the Functions host finds no function for: it would say 404 without a body, for a wrong method too.
 * @throws SyncError `METHOD_NOT_ALLOWED`, `NOT_FOUND`; nothing else, and without looking at who asks.
 */
export async function answerUnknown({ method, url }: Pick<ApiRequest, 'method' | 'url'>): Promise<ApiResponse> {
  const route = findRoute(url.pathname)
  if (route === undefined || route.methods.includes(method)) throw new SyncError('NOT_FOUND', 'no such address')
  throw methodNotAllowed(route.methods)
}

export const methodNotAllowed = (methods: readonly string[]): SyncError =>
  new SyncError('METHOD_NOT_ALLOWED', 'the address takes another method', { facts: { allow: methods.join(', ') } })
