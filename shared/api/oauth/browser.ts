import { type Random, randomToken } from '../../core/random.ts'
import type { ApiRequest } from '../request.ts'

/** Ties consent, sign-in and return to one browser. */
export interface BrowserCookie {
  /** The secret the browser holds; undefined when it sent none, or sent something that is not ours. */
  read(request: ApiRequest): string | undefined
  /** A new secret. */
  make(): string
  /** The header that gives the browser its secret, or renews the time it keeps it. */
  header(secret: string): Record<string, string>
}

/** Longer than the page may wait for consent and Microsoft's page for the sign-in, together. */
const MAX_AGE_SECONDS = 3600

/**
 * @param secure whether we are reached over TLS. Then the name starts with `__Host-`, and no other host or path can set
 * the cookie; without TLS, on one's own machine, browsers refuse that name.
 */
export function createBrowserCookie(secure: boolean, random: Random): BrowserCookie {
  const name = secure ? '__Host-fas-browser' : 'fas-browser'
  const flags = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${MAX_AGE_SECONDS}${secure ? '; Secure' : ''}`
  return {
    read(request) {
      const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim().split('='))
      const secrets = pairs.filter(([key]) => key === name).map(([, value]) => value)
      const [secret] = secrets
      return secrets.length === 1 && secret !== undefined && /^[\w-]{43}$/.test(secret) ? secret : undefined
    },
    make: () => randomToken(random),
    header: (secret) => ({ 'set-cookie': `${name}=${secret}; ${flags}` }),
  }
}
