/**
 * The addresses of the integrator API and the methods each takes. The Functions host takes them from `functions/`; this
 * list is for whoever asks an address or a method that is not there, and for batches. A test holds the two together.
 */
export const ROUTES: Readonly<Record<string, readonly string[]>> = {
  'v1/account': ['GET'],
  'v1/actions/{id}': ['GET'],
  'v1/availability': ['POST'],
  'v1/batch': ['POST'],
  'v1/calendars': ['GET', 'POST'],
  'v1/calendars/{calendar_id}/events': ['POST', 'DELETE'],
  'v1/calendars/{calendar_id}/events/{event_uid}/participation_status': ['POST'],
  'v1/channels': ['GET', 'POST'],
  'v1/channels/{channel_id}': ['DELETE'],
  'v1/events': ['GET', 'DELETE'],
  'v1/events/{event_uid}': ['GET'],
  'v1/events/pages/{token}': ['GET'],
  'v1/free_busy': ['GET'],
  'v1/free_busy/pages/{token}': ['GET'],
  'v1/link_tokens': ['POST'],
  'v1/permissions': ['POST'],
  'v1/profiles': ['GET'],
  'v1/profiles/{profile_id}/revoke': ['POST'],
  'v1/userinfo': ['GET'],
}

/** The addresses that are no part of the integrator API: our pages, the OAuth server, Graph's webhook, the documents. */
export const OTHER_ROUTES: Readonly<Record<string, readonly string[]>> = {
  '.well-known/microsoft-identity-association.json': ['GET'],
  '.well-known/oauth-authorization-server': ['GET'],
  'assets/style.css': ['GET'],
  docs: ['GET'],
  'docs/assets/{name}': ['GET'],
  'docs/cronofy.d.ts': ['GET'],
  'docs/export-schema.json': ['GET'],
  'docs/getting-started': ['GET'],
  'graph/lifecycle': ['POST'],
  'graph/notifications': ['POST'],
  health: ['GET'],
  install: ['GET', 'POST'],
  'install/callback': ['GET'],
  'install/finish': ['GET'],
  me: ['GET', 'POST'],
  'me/erase': ['GET'],
  'me/export.ics': ['GET'],
  'me/export.json': ['GET'],
  'me/sign-in': ['GET'],
  'oauth/answer': ['GET', 'POST'],
  'oauth/authorize': ['GET', 'POST'],
  'oauth/callback': ['GET'],
  'oauth/permissions': ['GET', 'POST'],
  'oauth/reconnect': ['GET', 'POST'],
  'oauth/token': ['POST'],
  'oauth/token/revoke': ['POST'],
  'openapi.json': ['GET'],
  operations: ['GET'],
  'operations/runbook': ['GET'],
  organisation: ['GET', 'POST'],
  'organisation/audit': ['GET'],
  'organisation/sign-in': ['GET'],
  'organisation/signed-in': ['GET'],
  'organisation/uninstall': ['GET', 'POST'],
  'session/callback': ['GET'],
}

export interface Route {
  readonly template: string
  readonly methods: readonly string[]
  readonly params: Readonly<Record<string, string>>
}

/** The route of a path; a literal segment goes before a parameter. @returns undefined when there is none. */
export function findRoute(path: string, routes = ROUTES): Route | undefined {
  const given = path.replace(/^\/|\/$/g, '').split('/')
  const found = Object.entries(routes).flatMap(([template, methods]) => match(template, methods, given) ?? [])
  return found.sort((one, other) => Object.keys(one.params).length - Object.keys(other.params).length)[0]
}

function match(template: string, methods: readonly string[], given: readonly string[]): Route | undefined {
  const segments = template.split('/')
  if (segments.length !== given.length) return undefined
  const params: Record<string, string> = {}
  for (const [at, segment] of segments.entries()) {
    const [, name] = /^\{(\w+)\}$/.exec(segment) ?? []
    const text = given[at] ?? ''
    if (name === undefined ? text.toLowerCase() !== segment : text === '') return undefined
    if (name !== undefined) params[name] = decoded(text)
  }
  return { template, methods, params }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
