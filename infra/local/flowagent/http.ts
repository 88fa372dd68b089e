import type * as z from 'zod'
import { ApiError } from './connection.ts'

const PATIENCE_MS = 15_000

/** One request to the API. @throws ApiError `unreachable` when there is no answer or the service is unwell. */
export async function ask(url: URL, init: RequestInit): Promise<Response> {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  const response = await fetch(url, { ...init, redirect: 'error', signal }).catch((cause: unknown) => {
    throw new ApiError('unreachable', { cause })
  })
  if (response.status >= 500) throw new ApiError('unreachable', { status: response.status })
  if (response.status === 429) throw throttled(response)
  return response
}

function throttled(response: Response): ApiError {
  const seconds = Number(response.headers.get('Retry-After'))
  return new ApiError('throttled', { status: 429, ...(seconds > 0 ? { retryAfterSeconds: seconds } : {}) })
}

/** The body of a good answer. @throws ApiError `refused` for another status, `unexpected` for a shape we do not know. */
export async function bodyOf<T>(response: Response, schema: z.ZodType<T>): Promise<T> {
  if (!response.ok) throw new ApiError('refused', { status: response.status })
  const body: unknown = await response.json().catch((cause: unknown) => {
    throw new ApiError('unexpected', { status: response.status, cause })
  })
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw new ApiError('unexpected', { status: response.status, cause: parsed.error })
  return parsed.data
}
