import type { Document, FoundOperation } from './document.ts'
import { EXCEPTIONS } from './exceptions.ts'
import type { Exchange } from './recorder.ts'

export interface Difference {
  readonly operation: string
  readonly side: 'request' | 'answer' | 'notification'
  readonly what: string
  /** Why the difference is right; undefined for one that nobody has explained. */
  readonly reason: string | undefined
}

export interface Judged {
  readonly operation: string
  readonly differences: readonly Difference[]
}

/** Compares one exchange with the document. */
export function judge(document: Document, exchange: Exchange): Judged {
  const operation = document.find(exchange.method, exchange.path)
  if (operation === undefined) {
    const unknown = `${exchange.method} ${exchange.path}`
    return { operation: unknown, differences: [explained(unknown, 'request', 'the document has no such operation')] }
  }
  const request = [
    ...(operation.sameCase ? [] : ['the path is in another case']),
    ...queryProblems(operation, exchange),
    ...headerProblems(operation, exchange),
    ...bodyProblems(document, operation, exchange),
  ]
  const answer = answerProblems(document, operation, exchange)
  return {
    operation: operation.key,
    differences: [
      ...request.map((what) => explained(operation.key, 'request', what)),
      ...answer.map((what) => explained(operation.key, 'answer', what)),
    ],
  }
}

/** Compares one POST of change notifications with the document. */
export function judgeNotifications(document: Document, body: unknown): readonly Difference[] {
  const problems = document.checkComponent('changeNotificationCollection', body)
  return problems.map((what) => explained('change notifications', 'notification', what))
}

function explained(operation: string, side: Difference['side'], what: string): Difference {
  const exception = EXCEPTIONS.find(
    (each) => each.side === side && each.what.test(what) && (each.operation?.test(operation) ?? true),
  )
  return { operation, side, what, reason: exception?.reason }
}

function queryProblems({ parameters }: FoundOperation, { query, status }: Exchange): string[] {
  const known = parameters.filter((each) => each.in === 'query')
  const unknown = [...query.keys()].filter((name) => !known.some((each) => each.name === name))
  // Leaving a required one out on purpose is how its refusal is asked for.
  const missing = status >= 400 ? [] : known.filter(({ name, required }) => required && !query.has(name))
  return [
    ...unknown.map((name) => `the query parameter ${name} is not documented`),
    ...missing.map(({ name }) => `the query parameter ${name} is missing`),
  ]
}

/** What an HTTP client adds by itself, and what the tour marks its requests with. */
const USUAL_HEADERS =
  /^(accept|accept-.*|user-agent|host|connection|content-length|content-type|transfer-encoding|cache-control|pragma|sec-fetch-mode|client-request-id|x-tour)$/

function headerProblems({ parameters }: FoundOperation, { requestHeaders }: Exchange): string[] {
  const known = parameters.filter((each) => each.in === 'header').map(({ name }) => name.toLowerCase())
  const names = [...requestHeaders.keys()].filter((name) => !USUAL_HEADERS.test(name) && !known.includes(name))
  return names.map((name) => `the header ${name} is not documented`)
}

/** A body that Graph refused is not the product's to send: it is only looked at when it was taken. */
function bodyProblems(document: Document, operation: FoundOperation, exchange: Exchange): readonly string[] {
  const { requestBody: body, status, source } = exchange
  if (operation.requestBody === undefined) return body === undefined ? [] : ['a body is not documented']
  if (status >= 400 && source === 'tour') return []
  if (body === undefined) return operation.requestBody.required ? ['the body is missing'] : []
  return document.checkRequest(operation, body)
}

function answerProblems(document: Document, operation: FoundOperation, exchange: Exchange): readonly string[] {
  const { status, body, contentType } = exchange
  const documented = operation.responses[String(status)]
  if (documented === undefined && status < 400) return [`the status ${status} is not documented`]
  if (documented?.content !== undefined) {
    return [...typeProblems(contentType), ...document.checkResponse(operation, String(status), body)]
  }
  if (status >= 400) return [...typeProblems(contentType), ...document.checkResponse(operation, 'default', body)]
  return (status === 202 || status === 204) && body !== undefined ? ['there is a body where none is documented'] : []
}

const typeProblems = (contentType: string): string[] =>
  contentType.startsWith('application/json') ? [] : [`the content type is ${contentType || 'missing'}`]
