import { timingSafeEqual } from 'node:crypto'
import { SyncError } from '../../core/errors.ts'
import { type Clock, epochMs, later, minutes } from '../../core/time.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import { REQUEST_FIELDS } from '../../integrators/authorization-request.ts'
import type { Params } from '../request.ts'

const LIFETIME = minutes(10)

/** Proves that a pressed button is on a page we showed to this browser, for this very request, a short while ago. */
export interface ConsentTokens {
  /** The hidden fields of the consent form. */
  fields(browser: string, params: Params): Record<string, string>
  /** @throws SyncError `SIGN_IN_OTHER_BROWSER` when it was not, `SIGN_IN_EXPIRED` when it is too long ago. */
  check(browser: string | undefined, params: Params): void
}

export function createConsentTokens(blind: BlindIndex, clock: Clock): ConsentTokens {
  const mac = (browser: string, shownAt: string, params: Params) =>
    blind.mac('cookie', 'consent', browser, shownAt, ...REQUEST_FIELDS.map((name) => params.get(name) ?? ''))

  return {
    fields(browser, params) {
      const shownAt = String(clock.now())
      return { shown_at: shownAt, token: Buffer.from(mac(browser, shownAt, params)).toString('base64url') }
    },
    check(browser, params) {
      const shownAt = params.get('shown_at') ?? ''
      const token = Buffer.from(params.get('token') ?? '', 'base64url')
      const expected = browser === undefined ? undefined : mac(browser, shownAt, params)
      if (expected === undefined || token.length !== expected.length || !timingSafeEqual(token, expected)) {
        throw new SyncError('SIGN_IN_OTHER_BROWSER', 'the consent was not given on our page in this browser')
      }
      if (clock.now() >= later(epochMs(Number(shownAt)), LIFETIME)) {
        throw new SyncError('SIGN_IN_EXPIRED', 'the consent page was open for too long')
      }
    },
  }
}
