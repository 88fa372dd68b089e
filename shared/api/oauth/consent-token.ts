import { SyncError } from '../../core/errors.ts'
import { type Clock, epochMs, later, minutes } from '../../core/time.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import { sameText } from '../../crypto/same-text.ts'
import type { Params } from '../request.ts'

const LIFETIME = minutes(10)

/** Proves that a pressed button is on a page we showed to this browser, for this very request, a short while ago. */
export interface ConsentTokens {
  /** The hidden fields that go with a form of ours. */
  fields(browser: string, params: Params): Record<string, string>
  /**
   * @returns the secret of the browser that the page was shown to.
   * @throws SyncError `SIGN_IN_OTHER_BROWSER` when it was another one, `SIGN_IN_EXPIRED` when it is too long ago.
   */
  check(browsers: readonly string[], params: Params): string
}

/** @param names of the parameters that a page is about; all of them are in its form. */
export function createConsentTokens(blind: BlindIndex, clock: Clock, names: readonly string[]): ConsentTokens {
  const mac = (browser: string, shownAt: string, params: Params) =>
    Buffer.from(
      blind.mac('cookie', 'consent', browser, shownAt, ...names.flatMap((name) => [name, params.get(name) ?? ''])),
    ).toString('base64url')

  return {
    fields(browser, params) {
      const shownAt = String(clock.now())
      return { shown_at: shownAt, token: mac(browser, shownAt, params) }
    },
    check(browsers, params) {
      const shownAt = params.get('shown_at') ?? ''
      const token = params.get('token') ?? ''
      const isShownTo = (browser: string) => sameText(token, mac(browser, shownAt, params))
      const browser = browsers.find(isShownTo)
      if (browser === undefined) {
        throw new SyncError('SIGN_IN_OTHER_BROWSER', 'the consent was not given on our page in this browser')
      }
      if (clock.now() >= later(epochMs(Number(shownAt)), LIFETIME)) {
        throw new SyncError('SIGN_IN_EXPIRED', 'the consent page was open for too long')
      }
      return browser
    },
  }
}
