import { SyncError } from '../core/errors.ts'
import type { EpochMs } from '../core/time.ts'
import type { Scope } from './scopes.ts'

/** A program registered as an OAuth client of ours. All are confidential: each has a secret it keeps on a server. */
export interface Integrator {
  readonly clientId: string
  /** As people know it; shown on the consent page. */
  readonly name: string
  /**
   * The active secrets, oldest first: two while it changes from one to the next, none once it is removed. They are kept as
   * they are, because what is sent to the integrator is signed with them.
   */
  readonly secrets: readonly string[]
  /** Compared character for character. */
  readonly redirectUris: readonly string[]
  /** What it may ask for at most. */
  readonly scopes: readonly Scope[]
  /** `optional` only for clients whose library cannot send a code verifier; everybody else must (RFC 9700 2.1.1). */
  readonly pkce: 'required' | 'optional'
  /** `unrestricted`: may be allowed to change and delete events that it did not create. */
  readonly permission: 'sandbox' | 'unrestricted'
  /** Since then nothing it was given is good any more. Its client id is never given again. */
  readonly removedAt?: EpochMs | undefined
}

/** Where people find the integrator: the site of its first redirect URI. */
export const siteOf = ({ redirectUris }: Integrator): string => new URL(redirectUris[0] ?? '').origin

/** As an operator states it. Each secret has at least 256 bits: 43 characters of base64url or more. */
export type Registration = Omit<Integrator, 'removedAt'>

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/**
 * Checks a registration before it is stored.
 * @param allowLoopback whether plain http to this machine will do; only where we ourselves are served that way.
 * @throws SyncError `SETTINGS_INVALID` with the rule that is broken; nobody but an operator registers integrators.
 */
export function checkRegistration(registration: Registration, allowLoopback: boolean): void {
  const refuse = (rule: string) => {
    throw new SyncError('SETTINGS_INVALID', `integrator registration: ${rule}`)
  }
  if (!/^[\w.-]{1,64}$/.test(registration.clientId)) refuse('the client id has at most 64 letters, digits, _ . -')
  if (registration.name.trim() === '') refuse('the name is empty')
  if (registration.secrets.length < 1 || registration.secrets.length > 2) refuse('there must be one or two secrets')
  if (!registration.secrets.every((secret) => /^[\x21-\x7e]{43,256}$/.test(secret))) {
    refuse('a secret has 43 to 256 printable characters')
  }
  if (registration.redirectUris.length === 0) refuse('there is no redirect URI')
  if (!registration.redirectUris.every((uri) => isRedirectUri(uri, allowLoopback))) {
    refuse('a redirect URI is absolute, https, and has no user info and no fragment')
  }
  if (registration.scopes.length === 0) refuse('there is no scope')
}

/** @see RFC 9700 section 4.1.3 and RFC 6749 section 3.1.2 (no fragment) */
function isRedirectUri(uri: string, allowLoopback: boolean): boolean {
  if (!URL.canParse(uri) || uri.includes('#')) return false
  const { protocol, hostname, username, password } = new URL(uri)
  if (username !== '' || password !== '') return false
  return protocol === 'https:' || (allowLoopback && protocol === 'http:' && LOOPBACK.includes(hostname))
}
