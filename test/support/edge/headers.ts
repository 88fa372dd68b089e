/** An answer as a browser gets it. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** What is the same for everybody and may be kept; everything else is `no-store`. */
const PUBLIC = /^\/(assets\/|docs(\/|$)|openapi\.json)/
const OPEN = ['/openapi.json', '/docs/export-schema.json']
/** Microsoft takes this one without parameters only. */
const PLAIN_JSON = '/.well-known/microsoft-identity-association.json'

/** What an answer lacks of the headers that every answer of ours has; empty when it lacks nothing. */
export function missing({ method, path, status, headers, body }: Seen): readonly string[] {
  const header = (name: string) => headers.get(name) ?? ''
  const policy = header('content-security-policy')
  const isPage = header('content-type').startsWith('text/html')
  const isPublic = status === 200 && PUBLIC.test(path)
  const isOpen = status === 200 && OPEN.includes(path)
  const faults: Record<string, boolean> = {
    nosniff: header('x-content-type-options') === 'nosniff',
    'referrer policy': header('referrer-policy') === 'no-referrer',
    'request id': header('x-request-id') !== '',
    'nothing by default': /(^|; )default-src 'none'/.test(policy),
    'no other base': policy.includes("base-uri 'none'"),
    'no frame': policy.includes("frame-ancestors 'none'"),
    'no inline script or style': !/unsafe|script-src|data:|https?:|\*/.test(policy),
    'no other origin': header('cross-origin-resource-policy') === (isOpen ? 'cross-origin' : 'same-origin'),
    'no CORS': (headers.get('access-control-allow-origin') === '*') === isOpen && !allowsMore(headers),
    caching: isPublic ? /^public, max-age=\d+/.test(header('cache-control')) : header('cache-control') === 'no-store',
    'no server name': !headers.has('server') && !headers.has('x-powered-by'),
    'a charset': body === '' || path === PLAIN_JSON || /; ?charset=utf-8/i.test(header('content-type')),
    'a page': !isPage || isGoodPage(headers, body),
    'a JSON body of an error': method === 'HEAD' || status < 400 || isPage || isFailure(body),
  }
  return Object.entries(faults).flatMap(([name, isRight]) => (isRight ? [] : [name]))
}

const allowsMore = (headers: Headers): boolean =>
  [...headers.keys()].some((name) => name.startsWith('access-control-') && name !== 'access-control-allow-origin')

/** No script, no style and no handler within the text, no foreign address, and the headers of pages. */
function isGoodPage(headers: Headers, body: string): boolean {
  const isSealed =
    headers.get('cross-origin-opener-policy') === 'same-origin' &&
    headers.get('x-frame-options') === 'DENY' &&
    (headers.get('permissions-policy') ?? '').includes('geolocation=()')
  return isSealed && !/<script|<style|<iframe|<object|<embed|<base|\sstyle=|\son\w+=|javascript:/i.test(body)
}

function isFailure(body: string): boolean {
  const { error, errors } = JSON.parse(body) as { error?: unknown; errors?: unknown }
  return typeof error === 'string' || typeof errors === 'object'
}
