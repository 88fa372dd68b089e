/** The words of Graph's addresses that we use; everything else in a path is somebody's id. */
const WORDS = new Set([
  ...['v1.0', 'me', 'users', 'calendars', 'calendarView', 'events', 'delta', '$batch'],
  ...['subscriptions', 'mailboxSettings', '$metadata'],
  ...['organizations', 'v2.0', '.well-known', 'openid-configuration'],
])

/**
 * `/me/calendars/{id}/calendarView/delta`: no id, no token and nothing that a link of Graph carries. Links name the person
 * whose mailbox it is; our tokens are for no other, so that is `me` as well.
 */
export function graphRoute(url: string): string {
  if (!URL.canParse(url)) return '/{id}'
  const parts = new URL(url).pathname.split('/').filter((part) => part !== '' && part !== 'v1.0')
  return `/${parts.map(wordOf).join('/')}`.replace(/^\/users\/\{id\}/, '/me')
}

/** `users('...')` and `calendars('...')` are the long way to write an id. */
function wordOf(part: string): string {
  const [, word = ''] = /^(\w+)\(.*\)$/.exec(part) ?? []
  if (WORDS.has(word)) return `${word}/{id}`
  return WORDS.has(part) ? part : '{id}'
}
