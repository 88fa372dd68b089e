import { SyncError } from '../core/errors.ts'
import type { Grant } from '../integrators/grant.ts'
import type { Grants } from '../integrators/grants.ts'
import type { Scope } from '../integrators/scopes.ts'
import type { ApiRequest } from './request.ts'

/**
 * The token a request carries; read from the Authorization header only: an address ends up in logs (RFC 6750 section 2.3
 * advises against tokens in queries).
 */
export const accessTokenOf = ({ headers }: ApiRequest): string | undefined =>
  /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1]

/**
 * The grant behind a request.
 * @throws SyncError `UNAUTHENTICATED` when there is no token, or it is unknown, ended or revoked. All look the same.
 */
export async function authenticate(request: ApiRequest, grants: Grants): Promise<Grant> {
  const token = accessTokenOf(request)
  const grant = token === undefined ? undefined : await grants.authenticate(token)
  if (grant !== undefined) return grant
  const facts = { presented: token !== undefined }
  throw new SyncError('UNAUTHENTICATED', 'the request has no good access token', { facts })
}

/** Whether the grant holds any of the scopes. */
export const hasScope = (grant: Grant, ...anyOf: readonly Scope[]): boolean =>
  anyOf.some((scope) => grant.scopes.includes(scope))

/** @throws SyncError `SCOPE_MISSING` when the grant holds none of the scopes that would do. */
export function requireScope(grant: Grant, ...anyOf: readonly Scope[]): void {
  if (hasScope(grant, ...anyOf)) return
  throw new SyncError('SCOPE_MISSING', 'the grant lacks the scope', { facts: { scope: anyOf.join(' ') } })
}
