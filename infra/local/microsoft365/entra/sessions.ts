import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { randomToken } from '../../../../shared/core/random.ts'
import type { Person, World } from '../world.ts'

const COOKIE = 'entra_session'

/** Who is signed in, in which browser. */
export interface Sessions {
  /** The people signed in in this browser, the latest first. */
  people(c: Context): Person[]
  signIn(c: Context, person: Person): void
  signOut(c: Context): void
  /** Signs a person out of every browser. */
  revoke(person: Person): void
}

export function createSessions({ random, personById }: World): Sessions {
  const sessions = new Map<string, string[]>()

  const idOf = (c: Context): string | undefined => getCookie(c, COOKIE)
  const people = (c: Context): Person[] =>
    (sessions.get(idOf(c) ?? '') ?? []).flatMap((oid) => personById(oid) ?? []).filter((person) => person.isEnabled)

  return {
    people,
    signIn(c, person) {
      const others = people(c).filter(({ oid }) => oid !== person.oid)
      // A new id at every sign-in, so that an id from before it is worth nothing.
      const id = randomToken(random)
      sessions.delete(idOf(c) ?? '')
      sessions.set(id, [person.oid, ...others.map(({ oid }) => oid)])
      setCookie(c, COOKIE, id, { httpOnly: true, sameSite: 'Lax', path: '/' })
    },
    signOut(c) {
      sessions.delete(idOf(c) ?? '')
      deleteCookie(c, COOKIE, { path: '/' })
    },
    revoke(person) {
      for (const [id, oids] of sessions) {
        sessions.set(
          id,
          oids.filter((oid) => oid !== person.oid),
        )
      }
    },
  }
}
