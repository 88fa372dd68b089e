import type { BrowserSession } from '../accounts/browser-sessions.ts'
import type { Entra } from '../accounts/ports.ts'
import { browserToken, takeBegun } from '../accounts/sign-in-ticket.ts'
import { SyncError } from '../core/errors.ts'
import { type Random, randomToken } from '../core/random.ts'
import { type Clock, type DurationMs, type EpochMs, later, minutes } from '../core/time.ts'
import type { BlindIndex } from '../crypto/ports.ts'
import type { OneTimeStore } from '../integrators/ports.ts'
import { isAdministrator } from './organisation.ts'

/** An administrator may have to read, and to ask somebody. */
export const INSTALLATION_LIFETIME: DurationMs = minutes(30)

/** An administrator on the way to Microsoft's consent and back. Used once in each direction. */
export interface Installation {
  readonly id: string
  /** Blind token of the cookie of the browser that began it. */
  readonly browser: string
  /** What the address that Microsoft sent the browser to said; a claim until that tenant's administrator has signed in. */
  readonly claimedTenant?: string | undefined
  readonly expiresAt: EpochMs
}

export interface Installations {
  /** @returns Microsoft's page on which an administrator agrees for everybody. */
  begin(browser: string): Promise<string>
  /**
   * Takes Microsoft's answer, which proves nothing yet.
   * @param tenant undefined when the answer was no.
   * @returns the id that `prove` needs.
   * @throws SyncError `SIGN_IN_ALREADY_USED`, `SIGN_IN_OTHER_BROWSER`, `SIGN_IN_EXPIRED`.
   */
  answered(state: string, browsers: readonly string[], tenant: string | undefined): Promise<string>
  /**
   * @returns the tenant that the administrator who has signed in may install the app for.
   * @throws SyncError as `answered`; `INSTALLATION_OTHER_ORGANISATION` when the answer was about another tenant,
   * `ADMINISTRATOR_REQUIRED` when they are no administrator of it.
   */
  prove(id: string, browsers: readonly string[], who: Pick<BrowserSession, 'identity' | 'standing'>): Promise<string>
}

export interface InstallationsDependencies {
  readonly entra: Pick<Entra, 'adminConsentUrl'>
  readonly installations: OneTimeStore<Installation>
  readonly blind: BlindIndex
  readonly clock: Clock
  readonly random: Random
}

export function createInstallations(dependencies: InstallationsDependencies): Installations {
  const { entra, installations, blind, clock, random } = dependencies

  async function insert(browser: string, claimedTenant?: string): Promise<string> {
    const id = randomToken(random)
    await installations.insert({ id, browser, claimedTenant, expiresAt: later(clock.now(), INSTALLATION_LIFETIME) })
    return id
  }

  async function take(id: string, browsers: readonly string[], isAnswered: boolean): Promise<Installation> {
    const isWaiting = ({ claimedTenant }: Installation) => (claimedTenant !== undefined) === isAnswered
    const taken = await takeBegun({ store: installations, blind }, id, browsers, isWaiting)
    if (clock.now() >= taken.expiresAt) throw new SyncError('SIGN_IN_EXPIRED', 'the installation took too long')
    return taken
  }

  return {
    begin: async (browser) => entra.adminConsentUrl(await insert(browserToken(blind, browser))),
    async answered(state, browsers, tenant) {
      const { browser } = await take(state, browsers, false)
      return tenant === undefined ? '' : insert(browser, tenant)
    },
    async prove(id, browsers, { identity, standing }) {
      const { claimedTenant } = await take(id, browsers, true)
      const { tenantId } = identity
      if (claimedTenant?.toLowerCase() !== tenantId.toLowerCase())
        throw new SyncError('INSTALLATION_OTHER_ORGANISATION', 'the consent was given for another tenant')
      if (!isAdministrator(standing.roles))
        throw new SyncError('ADMINISTRATOR_REQUIRED', 'whoever signed in is no administrator')
      return tenantId
    },
  }
}
