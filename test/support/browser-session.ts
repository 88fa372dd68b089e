import type { Person } from '../../infra/local/microsoft365/world.ts'
import type { Service } from '../../shared/service.ts'
import { request } from './oauth.ts'

/** Signs a person in to our pages, in a new browser. @returns the cookies of that browser. */
export async function signInTo({ browserSession }: Service, person: Person, path: string): Promise<string> {
  const begun = await browserSession.signIn(request(path), path)
  const browser = cookieOf(begun.headers)
  const state = new URL(begun.headers['location'] ?? '').searchParams.get('state') ?? ''
  const back = `/session/callback?${new URLSearchParams({ state, code: person.oid })}`
  const finished = await browserSession.callback(request(back, { headers: { cookie: browser } }))
  return [browser, cookieOf(finished.headers)].join('; ')
}

export const cookieOf = (headers: Readonly<Record<string, string>>): string =>
  headers['set-cookie']?.split(';')[0] ?? ''
