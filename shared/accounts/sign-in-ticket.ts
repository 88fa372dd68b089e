import { SyncError } from '../core/errors.ts'
import { type Random, randomToken } from '../core/random.ts'
import type { BlindIndex } from '../crypto/ports.ts'
import { sameText } from '../crypto/same-text.ts'
import type { OneTimeStore } from '../integrators/ports.ts'
import type { SignInTicket } from './ports.ts'

/** Something that was begun in a browser and is finished in it. */
interface Begun {
  /** Blind token of the cookie of the browser. */
  readonly browser: string
}

/** What a browser is handed when something begins in it, as it is kept. */
export const browserToken = (blind: BlindIndex, cookie: string): string => blind.token('cookie', cookie)

export const newTicket = (random: Random): SignInTicket => ({
  state: randomToken(random),
  nonce: randomToken(random),
  verifier: randomToken(random),
})

/** @param cookies those that the browser has sent. */
export const isOfBrowser = (blind: BlindIndex, { browser }: Begun, cookies: readonly string[]): boolean =>
  cookies.some((cookie) => sameText(browser, browserToken(blind, cookie)))

export const otherBrowser = () => new SyncError('SIGN_IN_OTHER_BROWSER', 'it was begun in another browser')

export const alreadyUsed = () => new SyncError('SIGN_IN_ALREADY_USED', 'nothing waits for this answer')

/**
 * Takes something out of use that this browser has begun: of two requests with one answer, only one gets it.
 * @param isWaiting whether it is for this kind of answer.
 * @throws SyncError `SIGN_IN_ALREADY_USED`; `SIGN_IN_OTHER_BROWSER`, then the right browser can still finish.
 */
export async function takeBegun<Value extends Begun>(
  { store, blind }: { readonly store: OneTimeStore<Value>; readonly blind: BlindIndex },
  id: string,
  cookies: readonly string[],
  isWaiting: (value: Value) => boolean = () => true,
): Promise<Value> {
  const found = await store.find(id)
  if (found === undefined || !isWaiting(found.value)) throw alreadyUsed()
  if (!isOfBrowser(blind, found.value, cookies)) throw otherBrowser()
  if (!(await store.take(found))) throw alreadyUsed()
  return found.value
}
