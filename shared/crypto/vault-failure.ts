import * as z from 'zod'
import { SyncError } from '../core/errors.ts'

interface Headers {
  get(name: string): string | undefined
}

/** What the client library's `RestError` says; its `code` is the vault's, or the socket's when there was no answer. */
const RestFailure = z.object({
  statusCode: z.number().optional(),
  code: z.string().optional(),
  response: z.object({ headers: z.custom<Headers>((headers) => headers instanceof Object) }).optional(),
})

/**
 * Any failure of the client library as `VAULT_UNAVAILABLE`. Also a refusal (403, a disabled key, 404): it is put right in
 * the vault, not by giving up here, and until then nothing may be read or written.
 */
export function vaultFailure(operation: string, error: unknown): SyncError {
  const { statusCode, code, response } = RestFailure.safeParse(error).data ?? {}
  const facts = {
    operation,
    ...(statusCode === undefined ? {} : { status: statusCode }),
    ...(code === undefined ? {} : { reason: code }),
  }
  const retryAfter = Number(response?.headers.get('retry-after') ?? Number.NaN)
  const wait = Number.isFinite(retryAfter) ? { retryAfterMs: Math.ceil(retryAfter * 1000) } : {}
  return new SyncError('VAULT_UNAVAILABLE', `key vault did not ${operation}`, { cause: error, facts, ...wait })
}
