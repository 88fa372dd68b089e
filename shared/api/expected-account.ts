import { boundedMap } from '../core/bounded-map.ts'
import { parseToken } from '../integrators/token.ts'
import { accessTokenOf } from './bearer.ts'
import type { ApiRequest } from './request.ts'

/** Grants remembered at most. */
const MOST_GRANTS = 20_000

/**
 * Which account a request is probably about: the one of the grant that its token names, when a token of that grant was good
 * here before. It is for asking ahead while the token is looked at, and decides nothing: a token that has ended since, or
 * was never issued, may name the same grant.
 */
export interface ExpectedAccounts {
  /** @returns undefined when nothing is known. */
  of(request: ApiRequest): string | undefined
  /** Notes how a request was answered: with the account of its grant, or, with undefined, that it was refused. */
  note(request: ApiRequest, account: string | undefined): void
}

export function createExpectedAccounts(): ExpectedAccounts {
  const accounts = boundedMap<string>(MOST_GRANTS)

  return {
    of(request) {
      const grant = grantNamedBy(request)
      return request.settled?.grant.accountId ?? (grant && accounts.get(grant))
    },
    note(request, account) {
      const grant = grantNamedBy(request)
      if (grant === undefined) return
      if (account === undefined) accounts.delete(grant)
      else accounts.set(grant, account)
    },
  }
}

function grantNamedBy(request: ApiRequest): string | undefined {
  const token = parseToken('access', accessTokenOf(request) ?? '')
  return token && `${token.ref.account}${token.ref.id}`
}
