import type { MailboxFailure } from '../mailbox/failures.ts'

interface FailedRequest {
  readonly requestId: string
  readonly clientRequestId: string | undefined
  readonly now: number
}

/** Graph's error object. `ids` are the failure's ids in the form that the request asked for. */
export function errorBody(failure: MailboxFailure, ids: Record<string, string>, request: FailedRequest): object {
  const innerError = {
    date: new Date(request.now).toISOString().slice(0, 19),
    'request-id': request.requestId,
    'client-request-id': request.clientRequestId ?? request.requestId,
  }
  return { error: { code: failure.code, message: failure.message, ...ids, innerError } }
}
