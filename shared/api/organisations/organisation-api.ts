import type { Entra } from '../../accounts/ports.ts'
import type { Trail } from '../../audit/audit.ts'
import type { Random } from '../../core/random.ts'
import type { Clock } from '../../core/time.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import type { OneTimeStore } from '../../integrators/ports.ts'
import { createInstallations, type Installation } from '../../organisations/installations.ts'
import type { Organisations } from '../../organisations/organisations.ts'
import type { BrowserSessionApi } from '../browser-session/browser-session-api.ts'
import type { Handler } from '../handler.ts'
import type { BrowserCookie } from '../oauth/browser.ts'
import { createConsentTokens } from '../oauth/consent-token.ts'
import type { Starts } from '../starts.ts'
import { createInstall } from './install.ts'
import { createOrganisationPages } from './organisation.ts'

/** The pages of administrators. */
export interface OrganisationApi {
  /** `GET` and `POST /install` */
  readonly install: Handler
  /** `GET /install/callback`: where Microsoft sends the browser after the consent. */
  readonly callback: Handler
  /** `GET /install/finish`: where the sign-in after it leads. */
  readonly finish: Handler
  /** `GET` and `POST /organisation` */
  readonly organisation: Handler
  /** `GET /organisation/audit` */
  readonly trail: Handler
  /** `GET` and `POST /organisation/uninstall` */
  readonly uninstall: Handler
  /** `GET /organisation/sign-in` */
  readonly signIn: Handler
  /** `GET /organisation/signed-in` */
  readonly signedIn: Handler
}

export interface OrganisationApiDependencies {
  readonly entra: Entra
  readonly organisations: Organisations
  readonly installations: OneTimeStore<Installation>
  readonly sessions: BrowserSessionApi
  readonly cookie: BrowserCookie
  readonly audit: Trail
  readonly starts: Starts
  readonly blind: BlindIndex
  readonly clock: Clock
  readonly random: Random
}

export function createOrganisationApi(dependencies: OrganisationApiDependencies): OrganisationApi {
  const { organisations, sessions, cookie, audit, starts, blind, clock } = dependencies
  const consent = createConsentTokens(blind, clock, ['page'])
  const installations = createInstallations(dependencies)
  const { install, ...installing } = createInstall({ installations, organisations, sessions, cookie, consent, audit })
  return {
    ...installing,
    install: starts.counted(install),
    ...createOrganisationPages({ organisations, sessions, audit }),
  }
}
