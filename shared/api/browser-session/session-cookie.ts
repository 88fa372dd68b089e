import type { DurationMs } from '../../core/time.ts'
import type { ApiRequest } from '../request.ts'

type Headers = Record<string, string>

/** The cookie that says who is signed in to our pages. Scripts cannot read it, and no other site's form sends it. */
export interface SessionCookie {
  /** @returns undefined when there is none, or more than one: somebody has planted a second then. */
  read(request: ApiRequest): string | undefined
  give(token: string): Headers
  clear(): Headers
}

/** @param secure whether we are reached over TLS; without it browsers refuse a name that starts with `__Host-`. */
export function createSessionCookie(secure: boolean, lifetime: DurationMs): SessionCookie {
  const name = secure ? '__Host-fas-session' : 'fas-session'
  const set = (token: string, seconds: number): Headers => ({
    'set-cookie': `${name}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure ? '; Secure' : ''}`,
  })

  return {
    read(request) {
      const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim().split('='))
      const tokens = pairs.flatMap(([given, token = '']) => (given === name ? [token] : []))
      const [token = ''] = tokens
      return tokens.length === 1 && /^[\w-]{43}$/.test(token) ? token : undefined
    },
    give: (token) => set(token, lifetime / 1000),
    clear: () => set('', 0),
  }
}
