import * as z from 'zod'
import { type FailureCode, SyncError } from '../core/errors.ts'

/** What the client library's `RestError` says. The service's code is in `details` after a read, in `code` after a commit. */
const RestFailure = z.object({
  statusCode: z.number().optional(),
  code: z.string().optional(),
  details: z.object({ odataError: z.object({ code: z.string() }).optional() }).optional(),
})

/** Without a connection nothing was sent. */
const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']

function describe(error: unknown): { status: number | undefined; code: string } {
  const { statusCode, code, details } = RestFailure.safeParse(error).data ?? {}
  return { status: statusCode, code: details?.odataError?.code ?? code ?? '' }
}

export const isMissingTable = (error: unknown): boolean => describe(error).code === 'TableNotFound'

/** A 404 of anything else than the row (an account, a proxy) must not look like a row that is not there. */
export function isMissingRow(error: unknown): boolean {
  const { status, code } = describe(error)
  return status === 404 && (code === 'ResourceNotFound' || code === 'EntityNotFound')
}

/** Nothing was read, and nothing can be said about what is stored. */
export const readFailure = (table: string, error: unknown): SyncError =>
  error instanceof SyncError ? error : failure('STORAGE_UNAVAILABLE', table, error)

/** Tells apart what was refused, what never left, and what nobody knows. */
export function commitFailure(table: string, error: unknown): SyncError {
  if (error instanceof SyncError) return error
  const { status, code } = describe(error)
  if (status === undefined)
    return failure(NEVER_SENT.includes(code) ? 'STORAGE_UNAVAILABLE' : 'OUTCOME_UNKNOWN', table, error)
  if (status === 409 && code === 'EntityAlreadyExists') return failure('ROW_EXISTS', table, error)
  if (status === 412 || isMissingRow(error)) return failure('ROW_CHANGED', table, error)
  // A refusal is certain, but a server that fails or gives up waiting may have written first.
  if (status >= 400 && status < 500 && status !== 408) return failure('STORAGE_UNAVAILABLE', table, error)
  return failure('OUTCOME_UNKNOWN', table, error)
}

function failure(code: FailureCode, table: string, cause: unknown): SyncError {
  const { status, code: reason } = describe(cause)
  const facts = { table, ...(status === undefined ? {} : { status }), ...(reason === '' ? {} : { reason }) }
  return new SyncError(code, `table ${table}: ${code.toLowerCase().replaceAll('_', ' ')}`, { cause, facts })
}
