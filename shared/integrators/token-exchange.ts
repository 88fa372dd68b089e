import OAuth2Server from '@node-oauth/oauth2-server'
import type { IssuedTokens } from './issuing.ts'
import { createTokenModel, type TokenModelDependencies } from './token-model.ts'

/** The outcome of a request for tokens: tokens, or an error code of RFC 6749 section 5.2. */
export type TokenAnswer = { readonly tokens: IssuedTokens; readonly first: boolean } | { readonly error: string }

/**
 * The fields the token endpoint reads; every other one is dropped before the library sees the request. `scope` is not
 * among them: a refresh always keeps the scopes of the grant, which RFC 6749 section 6 leaves to the server.
 */
const FIELDS = ['grant_type', 'client_id', 'client_secret', 'code', 'redirect_uri', 'code_verifier', 'refresh_token']

/** The library takes a Basic header as credentials and a query as parameters; it gets neither from us. */
const HEADERS = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '1' }

/**
 * Exchanges a code or a refresh token for tokens.
 * @throws SyncError when something of ours failed; an error answer is always the caller's doing.
 */
export async function exchangeTokens(
  dependencies: TokenModelDependencies,
  params: ReadonlyMap<string, string>,
): Promise<TokenAnswer> {
  const { model, issued } = createTokenModel(dependencies)
  const body = Object.fromEntries(FIELDS.flatMap((name) => (params.has(name) ? [[name, params.get(name)]] : [])))
  const request = new OAuth2Server.Request({ method: 'POST', query: {}, headers: HEADERS, body })
  try {
    await new OAuth2Server({ model }).token(request, new OAuth2Server.Response())
  } catch (error) {
    return { error: callerError(error) }
  }
  const tokens = issued()
  if (tokens === undefined) throw new TypeError('the library answered without saving a token')
  return { tokens, first: params.get('grant_type') === 'authorization_code' }
}

/**
 * The library's error codes for what a caller did wrong. Everything else is ours: the library wraps it in a server error
 * whose text is that of the cause, so the cause is what we throw on.
 */
function callerError(error: unknown): string {
  if (!(error instanceof OAuth2Server.OAuthError)) throw error
  // The library also knows grants that no integrator of ours has; to a caller they are simply not supported.
  if (error.name === 'unauthorized_client') return 'unsupported_grant_type'
  if (error.code < 500) return error.name
  throw 'inner' in error && error.inner instanceof Error ? error.inner : error
}
