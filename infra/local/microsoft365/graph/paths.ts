/** The fixed words of the paths, in the case the routes are written in; Graph takes any case. */
const WORDS = new Map(
  [
    'me users calendar calendars events calendarView delta instances subscriptions reauthorize mailboxSettings outlook',
    'accept decline tentativelyAccept cancel supportedTimeZones batch',
  ]
    .join(' ')
    .split(' ')
    .map((word) => [word.toLowerCase(), word]),
)

/**
 * One form for the many a Graph path may have: `/v1.0/me/x` becomes `/v1.0/users/me/x`, `calendars('id')` becomes
 * `calendars/id`, `microsoft.graph.delta()` becomes `delta`, `$batch` becomes `batch`, and fixed words get the case of the routes.
 */
export function canonicalPath(pathname: string): string {
  const [, version = '', ...rest] = pathname.split('/')
  const segments = rest.flatMap((segment) => split(decodeURIComponent(segment)))
  if (segments[0] === 'me') segments.unshift('users')
  return `/${[version, ...segments.map(encodeURIComponent)].join('/')}`
}

const CALL = /^([a-z.]+)\((?:TimeZoneStandard=.*?)?'?([^']*?)'?\)$/i

function split(segment: string): string[] {
  const [, name = segment, argument = ''] = CALL.exec(segment) ?? []
  const plain = name.replace(/^microsoft\.graph\.|^\$/i, '')
  const word = WORDS.get(plain.toLowerCase()) ?? plain
  return argument === '' ? [word] : [word, argument]
}

/** A path and query without the tokens in it, for the request log. */
export const withoutTokens = (url: URL): string =>
  url.pathname + url.search.replace(/((?:\$|%24)(?:skip|delta)token=)[^&]*/gi, '$1...')
