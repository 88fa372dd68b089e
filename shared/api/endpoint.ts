import type { HttpHandler, HttpRequest, InvocationContext } from '@azure/functions'
import { asSyncError, SyncError } from '../core/errors.ts'
import { failureFacts, levelOf } from '../core/log.ts'
import { processLog } from '../core/process-log.ts'
import { withBody } from './body-parts.ts'
import { noteFailure } from './failed-requests.ts'
import { apiFailure, type FailureAnswer } from './failure.ts'
import type { Handler } from './handler.ts'
import type { ApiRequest } from './request.ts'

/**
 * A handler of ours as the Functions host calls it. Every failure becomes an answer in the shape of `failure` and one log
 * line; every answer carries the request id.
 */
export function endpoint(handler: Handler, failure: FailureAnswer = apiFailure): HttpHandler {
  return async (received: HttpRequest, context: InvocationContext) => {
    const request = apiRequest(received, context.invocationId)
    const failed = async (thrown: unknown) => {
      const error = asSyncError(thrown)
      noteFailure(context, error.code)
      return withBody(await answerFailure(error, request))
    }
    const response = await handler(request).then(withBody).catch(failed)
    const headers = {
      ...response.headers,
      ...Object.fromEntries(request.answerHeaders ?? []),
      ...transportSecurity(request),
      'x-request-id': request.requestId,
    }
    return { status: response.status, headers, body: response.body }
  }

  function answerFailure(error: SyncError, request: ApiRequest) {
    const level = error.failure.http >= 500 ? levelOf(error) : 'info'
    processLog(level, 'request-failed', { request: request.requestId, method: request.method, ...failureFacts(error) })
    return failure(error, request.requestId)
  }
}

/** Two years, as the preload lists ask; only ever said over TLS (RFC 6797 section 7.2). */
const transportSecurity = (request: ApiRequest): Record<string, string> =>
  request.url.protocol === 'https:' ? { 'strict-transport-security': 'max-age=63072000; includeSubDomains' } : {}

const apiRequest = (received: HttpRequest, requestId: string): ApiRequest => ({
  method: received.method,
  url: new URL(received.url),
  headers: received.headers,
  params: received.params,
  requestId,
  answerHeaders: new Headers(),
  clientAddress: clientAddress(received.headers.get('x-forwarded-for')),
  body: (limitBytes) => readBody(received, limitBytes),
})

/** The front end appends the address it saw, with a port; whatever stands before it came from the sender. */
const clientAddress = (forwarded: string | null): string | undefined =>
  forwarded
    ?.split(',')
    .at(-1)
    ?.trim()
    .replace(/^(\d+\.\d+\.\d+\.\d+|\[.*\]):\d+$/, '$1')

/**
 * Stops reading at the limit, so that a large body costs its sender more than it costs us. A body that comes in pieces of
 * unknown number never comes through Azure's host, which hands over nothing in its place.
 * @see https://github.com/Azure/azure-functions-host/issues/7930
 */
async function readBody(received: HttpRequest, limitBytes: number): Promise<string> {
  const { headers } = received
  if (headers.has('transfer-encoding') && !headers.has('content-length'))
    throw new SyncError('LENGTH_MISSING', 'the body comes without its length')
  const tooLarge = () => new SyncError('REQUEST_TOO_LARGE', `the body is above ${limitBytes} bytes`)
  if (Number(headers.get('content-length') ?? 0) > limitBytes) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of received.body ?? []) {
    size += chunk.byteLength
    if (size > limitBytes) throw tooLarge()
    chunks.push(chunk)
  }
  return decodeUtf8(Buffer.concat(chunks))
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new SyncError('REQUEST_INVALID', 'the body is not UTF-8')
  }
}
