import { type Random, randomId, randomToken } from '../../core/random.ts'
import type { ApiRequest } from '../request.ts'

/**
 * Ties consent, sign-in and return to one browser. A browser that opens two pages at once, before it has any cookie, gets
 * a secret with each: they have names of their own, so that neither page loses its own.
 */
export interface BrowserCookie {
  /** The secrets the browser holds; empty when it sent none that is ours. */
  read(request: ApiRequest): readonly string[]
  /** The secret for a new page: one that the browser holds, or a new one, and the header that gives or renews it. */
  hand(request: ApiRequest): { readonly secret: string; readonly headers: Record<string, string> }
}

/** Longer than the page may wait for consent and Microsoft's page for the sign-in, together. */
const MAX_AGE_SECONDS = 3600
/** More than any browser gets from us. */
const MOST = 8

/**
 * @param secure whether we are reached over TLS. Then the name starts with `__Host-`, and no other host or path can set
 * the cookie; without TLS, on one's own machine, browsers refuse that name.
 */
export function createBrowserCookie(secure: boolean, random: Random): BrowserCookie {
  const prefix = secure ? '__Host-fas-browser-' : 'fas-browser-'
  const flags = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${MAX_AGE_SECONDS}${secure ? '; Secure' : ''}`

  function held(request: ApiRequest): { name: string; secret: string }[] {
    const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim().split('='))
    return pairs
      .flatMap(([name = '', secret = '']) => (name.startsWith(prefix) ? [{ name, secret }] : []))
      .filter(({ name, secret }) => /^[\w-]{22}$/.test(name.slice(prefix.length)) && /^[\w-]{43}$/.test(secret))
      .slice(0, MOST)
  }

  return {
    read: (request) => held(request).map(({ secret }) => secret),
    hand(request) {
      const [first] = held(request)
      const { name, secret } = first ?? { name: `${prefix}${randomId(random)}`, secret: randomToken(random) }
      return { secret, headers: { 'set-cookie': `${name}=${secret}; ${flags}` } }
    },
  }
}
