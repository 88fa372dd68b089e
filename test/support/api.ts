import { apiFailure } from '../../shared/api/failure.ts'
import { readAgain } from '../../shared/api/request.ts'
import { findRoute } from '../../shared/api/routes.ts'
import { answerUnknown } from '../../shared/api/unknown-address.ts'
import { asSyncError } from '../../shared/core/errors.ts'
import type { Service } from '../../shared/service.ts'
import { handlerOf } from './handlers.ts'
import { request } from './oauth.ts'

export interface Call {
  readonly method?: string
  readonly path: string
  readonly headers?: Record<string, string>
  /** An object is sent as JSON. */
  readonly body?: object | string
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Parsed; undefined when there is none. */
  readonly body: unknown
}

/** Asks a service as the Functions host does, by method and address. */
export async function callApi(service: Service, { method = 'GET', path, headers = {}, body }: Call): Promise<Answer> {
  const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body)
  const type = text === '' ? {} : { 'content-type': 'application/json' }
  const sent = request(path, { method, headers: { ...type, ...headers }, body: text })
  const route = findRoute(sent.url.pathname)
  const answerHeaders = new Headers()
  const asked = { ...sent, answerHeaders, params: route?.params ?? {}, body: readAgain(text) }
  const handler = handlerOf(service, method, route?.template ?? '') ?? answerUnknown
  const answer = await handler(asked).catch((error: unknown) => apiFailure(asSyncError(error), asked.requestId))
  return {
    status: answer.status,
    headers: { ...answer.headers, ...Object.fromEntries(answerHeaders) },
    body: answer.body === '' ? undefined : JSON.parse(answer.body),
  }
}
