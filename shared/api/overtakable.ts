import { isKeyGone } from '../crypto/key-gone.ts'
import type { Authenticate, Handler } from './handler.ts'

/**
 * The same handlers, where an erasure may be faster than a request: without the account's key nobody can answer it, and it is
 * told what the next one will be told, that its access has ended.
 * @param authenticate looks at the token anew; throws `UNAUTHENTICATED` once its access has ended.
 */
export function overtakable<Name extends string>(
  handlers: Readonly<Record<Name, Handler>>,
  authenticate: Authenticate,
): Readonly<Record<Name, Handler>> {
  const guarded = (handler: Handler): Handler => {
    return (request) =>
      handler(request).catch(async (error: unknown) => {
        if (isKeyGone(error)) await authenticate(request)
        throw error
      })
  }
  const entries = Object.entries<Handler>(handlers).map(([name, handler]) => [name, guarded(handler)])
  return Object.fromEntries(entries) as Readonly<Record<Name, Handler>>
}
