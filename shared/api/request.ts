import { SyncError } from '../core/errors.ts'
import type { Grant } from '../integrators/grant.ts'
import type { Intake } from '../push/lot.ts'
import type { RequestKey } from '../push/request-key.ts'
import type { KeptRequest } from '../storage/accounts/request-log.ts'

/** An HTTP request as our handlers see it, whatever server received it. */
export interface ApiRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  /** Values of the route's placeholders. */
  readonly params: Readonly<Record<string, string>>
  /** Opaque; in the answer's headers and in every log line of this request. */
  readonly requestId: string
  /** As the front end reported it. A sender can forge it: good enough to slow somebody down, never to let somebody in. */
  readonly clientAddress?: string | undefined
  /** Headers of whatever answer the request gets, a failure too. */
  readonly answerHeaders?: Headers | undefined
  /** What is known of a request before its own handler looks at it. Only our code says so, never the sender. */
  readonly settled?: Settled | undefined
  /**
   * The whole body as text. May be called once.
   * @throws SyncError `REQUEST_TOO_LARGE` above `limitBytes`, `LENGTH_MISSING`, `REQUEST_INVALID` when it is not UTF-8.
   */
  body(limitBytes: number): Promise<string>
}

interface Settled {
  /** Who asks: the access token has been looked at. */
  readonly grant: Grant
  /** The Idempotency-Key it came with, which nothing is kept under yet. */
  readonly key?: RequestKey | undefined
  /** What is kept of its items, when it is a batch that was not answered the first time. */
  readonly kept?: readonly KeptRequest[] | undefined
  /** Its place in a batch. */
  readonly intake?: Intake | undefined
}

/** Named values of a query string or a flat body; each name at most once. */
export type Params = ReadonlyMap<string, string>

const invalid = (message: string) => new SyncError('REQUEST_INVALID', message)

export const FORM = 'application/x-www-form-urlencoded'

/** What the body says to be, in lower case and without parameters; empty when it does not say. */
export const mediaTypeOf = ({ headers }: ApiRequest): string =>
  (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''

/**
 * The parameters of a query string or a form.
 * @throws SyncError `REQUEST_INVALID` when a name occurs twice or is written as an array: two readers of such a request
 * could see two different values (RFC 6749 section 3.1: parameters must not be included more than once).
 */
export function singleParams(search: URLSearchParams): Params {
  const params = new Map<string, string>()
  for (const [name, value] of search) {
    if (params.has(name) || /[[\]]/.test(name)) throw invalid('a parameter is repeated')
    params.set(name, value)
  }
  return params
}

/**
 * The fields of a form or of a flat JSON object, each as text. A JSON null counts as not sent.
 * @throws SyncError `REQUEST_INVALID` for any other body, for a repeated name, an array or a nested value.
 */
export async function bodyParams(request: ApiRequest, limitBytes: number): Promise<Params> {
  const text = await request.body(limitBytes)
  const type = mediaTypeOf(request)
  if (type === FORM) return singleParams(new URLSearchParams(text))
  if (type === 'application/json') return flatJson(text)
  throw invalid('the body is neither a form nor JSON')
}

/**
 * A body as JSON.
 * @throws SyncError `REQUEST_INVALID` as `parseJson`, `REQUEST_TOO_LARGE` above `limitBytes`.
 */
export async function bodyJson(request: ApiRequest, limitBytes: number): Promise<unknown> {
  return parseJson(await request.body(limitBytes))
}

/** Objects and arrays within each other. Far more than any body of ours has, and far less than a stack holds. */
const DEEPEST = 100

/** @throws SyncError `REQUEST_INVALID` when the text is not JSON, or nested so deeply that going through it is not safe. */
export function parseJson(text: string): unknown {
  const value = jsonOf(text)
  if (isTooDeep(value)) throw invalid('the body is nested too deeply')
  return value
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid('the body is not JSON')
  }
}

/** Goes level by level and not down: a value of any depth may come. */
function isTooDeep(value: unknown): boolean {
  let level = [value].filter(isNest)
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > DEEPEST) return true
    level = level.flatMap((nest): unknown[] => Object.values(nest)).filter(isNest)
  }
  return false
}

const isNest = (value: unknown): value is object => typeof value === 'object' && value !== null

function flatJson(text: string): Params {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid('the body is not a JSON object')
  const params = new Map<string, string>()
  for (const [name, field] of Object.entries(value)) {
    if (field === null) continue
    if (typeof field === 'object') throw invalid('a field of the body is not text')
    params.set(name, String(field))
  }
  const texts = Object.values(value).filter((field) => typeof field === 'string')
  // JSON.parse keeps the last of two equal names without a word. In a flat object every string in the text is a name or
  // a value, so a repeated name shows as a string too many.
  const strings = text.match(/"(?:[^"\\]|\\.)*"/g)?.length ?? 0
  if (strings !== Object.keys(value).length + texts.length) throw invalid('a field of the body is repeated')
  return params
}

/** The body of a request, once more, when it has been read. @throws SyncError as `ApiRequest.body`. */
export const readAgain =
  (text: string): ApiRequest['body'] =>
  async (limitBytes) => {
    if (Buffer.byteLength(text) > limitBytes)
      throw new SyncError('REQUEST_TOO_LARGE', `the body is above ${limitBytes} bytes`)
    return text
  }
