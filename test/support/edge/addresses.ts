import { openApiDocument } from '../../../shared/api/reference/document.ts'

/** An HTTP function as the Functions host lists it. */
export interface HttpFunction {
  readonly name: string
  readonly methods: readonly string[]
  /** `/v1/events/{event_uid}` */
  readonly template: string
}

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/** The HTTP functions among those that a host has listed. */
export function httpFunctions(listed: readonly { readonly name: string }[]): readonly HttpFunction[] {
  return listed.flatMap(({ name, ...rest }) => {
    const { methods, url } = rest as { methods?: readonly string[]; url?: string }
    if (methods === undefined || url === undefined) return []
    return [{ name, methods, template: url.replace(/^https?:\/\/[^/]+/, '') }]
  })
}

/** The address with `value` in place of each of its parameters. */
export const addressOf = ({ template }: HttpFunction, value: string): string =>
  template.replace(/\{\*?\w+\}/g, () => encodeURIComponent(value))

/** Names that are on no page of the reference. */
const OF_PAGES = [
  ...['state', 'code', 'error', 'error_description', 'iss', 'session_state', 'admin_consent', 'tenant'],
  ...[
    'question',
    'request',
    'link',
    'link_token',
    'validationToken',
    'validationtoken',
    'token',
    'shown_at',
    'decision',
  ],
  ...['act', 'groups', 'domains', 'integrator', 'confirm', 'grant', 'callback', 'jsonp', 'returnTo', 'next', 'debug'],
]

/**
 * Names to send to an address, some of them together: pages look at one parameter after the other, so theirs go alone; the
 * API names all that are wrong at once.
 */
export function namesFor({ template }: HttpFunction): readonly (readonly string[])[] {
  const names = [...ofReference()]
  const groups = Array.from({ length: Math.ceil(names.length / 12) }, (_, at) => names.slice(at * 12, at * 12 + 12))
  return template.startsWith('/v1/') ? groups : [...groups, ...OF_PAGES.map((name) => [name])]
}

/** Every name that a query or a body of the reference may hold. */
function ofReference(): ReadonlySet<string> {
  const names = new Set<string>()
  JSON.stringify(openApiDocument('https://sync.example'), (key, value: unknown) => {
    if (key === 'properties') for (const name of Object.keys(value as object)) names.add(name)
    const { in: place, name } = (value ?? {}) as { in?: unknown; name?: unknown }
    if (place === 'query' && typeof name === 'string') names.add(name)
    return value
  })
  return names
}

/** Headers that programs in front of a server, or the server itself, might believe or repeat. */
export const HEADER_NAMES = [
  ...['accept', 'accept-language', 'authorization', 'cookie', 'content-type', 'idempotency-key', 'if-none-match'],
  ...['origin', 'referer', 'user-agent', 'forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'],
  ...['x-original-url', 'x-rewrite-url', 'x-request-id', 'x-correlation-id', 'traceparent', 'tracestate', 'from'],
  ...['x-http-method-override', 'x-ms-client-principal', 'x-ms-client-principal-name', 'x-functions-clientid'],
]
