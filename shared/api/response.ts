/** An HTTP answer of ours, before the server's own type. Header names are lower case. */
export interface ApiResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** What the body is, in place of `body`, when it is too much to be made at once. */
  readonly parts?: AsyncIterable<string>
  /** It tells of a failure that may pass: who asks again is not to be answered the same. */
  readonly isPassing?: boolean
}

type Headers = Readonly<Record<string, string>>

/** On every answer. @see OWASP ASVS 5.0 sections 3.4 and 3.5.8 */
const COMMON: Headers = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
}

/** Nothing that a person or a token is behind may stay in a cache. RFC 6749 section 5.1 asks for `pragma` as well. */
const NO_STORE: Headers = { 'cache-control': 'no-store', pragma: 'no-cache' }

/** What is no page: should a browser ever show it as one, nothing of it works. */
const DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"

/**
 * For pages: no window that opened ours holds on to it (Microsoft's sign-in cuts such a tie anyway), and no device is
 * asked for.
 */
const PAGE: Headers = {
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  'x-frame-options': 'DENY',
}

/** A JSON answer that is never cached. */
export const json = (status: number, value: unknown, headers: Headers = {}): ApiResponse => ({
  status,
  headers: {
    ...COMMON,
    ...NO_STORE,
    'content-security-policy': DATA_POLICY,
    'content-type': 'application/json; charset=utf-8',
    ...headers,
  },
  body: JSON.stringify(value),
})

/** An answer without a body. */
export const empty = (status: number, headers: Headers = {}): ApiResponse => ({
  status,
  headers: { ...COMMON, ...NO_STORE, 'content-security-policy': DATA_POLICY, ...headers },
  body: '',
})

/**
 * Sends the browser on with 303, which always becomes a GET: 307 would repeat a POST with its body at the other side.
 * @see RFC 9700 section 4.12
 */
export const seeOther = (location: string, headers: Headers = {}): ApiResponse => empty(303, { location, ...headers })

/** A page. The policy allows our stylesheet and nothing else: no script, no frame, no foreign resource. */
export const htmlPage = (status: number, body: string, policy: string, headers: Headers = {}): ApiResponse => ({
  status,
  headers: {
    ...COMMON,
    ...NO_STORE,
    'content-security-policy': `default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'${policy}`,
    ...PAGE,
    'content-type': 'text/html; charset=utf-8',
    ...headers,
  },
  body,
})

/** A file for the person who is signed in, to be stored by the browser under this name. */
export const download = (type: string, fileName: string, parts: AsyncIterable<string>): ApiResponse => ({
  ...empty(200, { 'content-type': type, 'content-disposition': `attachment; filename="${fileName}"` }),
  parts,
})

/** A file of ours that is the same for everybody. */
export const asset = (type: string, body: string): ApiResponse => ({
  status: 200,
  headers: {
    ...COMMON,
    'content-security-policy': DATA_POLICY,
    'cache-control': 'public, max-age=3600',
    'content-type': type,
  },
  body,
})

/** A file of ours whose name changes with its contents. */
export const immutableAsset = (type: string, body: string): ApiResponse => ({
  ...asset(type, body),
  headers: { ...asset(type, body).headers, 'cache-control': 'public, max-age=31536000, immutable' },
})

/** A page that is the same for everybody: kept for an hour, under the same policy as every page. */
export const cachedPage = (body: string): ApiResponse => {
  const { pragma: _, ...headers } = htmlPage(200, body, "; form-action 'none'").headers
  return { status: 200, headers: { ...headers, 'cache-control': 'public, max-age=3600' }, body }
}

/**
 * JSON that is the same for everybody. Pages of any origin may read it, because it holds nothing that is not public and
 * no cookie or token makes a difference to it: editors and client generators in a browser need that.
 */
export const openJson = (value: unknown): ApiResponse => {
  const { status, headers, body } = asset('application/json; charset=utf-8', JSON.stringify(value))
  return {
    status,
    headers: { ...headers, 'cross-origin-resource-policy': 'cross-origin', 'access-control-allow-origin': '*' },
    body,
  }
}
