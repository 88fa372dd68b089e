import * as z from 'zod'
import { REQUEST_FIELDS } from '../../../integrators/authorization-request.ts'
import { CHANGING_SCOPES } from '../../../integrators/scopes.ts'
import { LinkTokenAnswer, PermissionsAnswer, PermissionsBody } from '../../oauth/permissions.ts'
import { RevokeBody, TokenAnswer, TokenBody } from '../../oauth/wire.ts'
import type { Group } from '../endpoint.ts'
import { ServerMetadata } from '../server-metadata.ts'

/** What each parameter of the authorization request is. */
const MEANINGS: Record<(typeof REQUEST_FIELDS)[number], string> = {
  response_type: 'Always `code`.',
  client_id: 'Your client id.',
  redirect_uri: 'One of the addresses you have registered, letter for letter.',
  scope: 'Scopes, separated by spaces.',
  state: 'Comes back unchanged; put something in that only this browser session has.',
  code_challenge:
    'Always needed, but for a few integrators: the base64url SHA-256 of a random text of 43 to 128 characters (RFC 7636).',
  code_challenge_method: 'Always `S256`.',
  link_token: 'Says that you know the person, with a token of `POST /v1/link_tokens`. It joins no accounts.',
}

const OPTIONAL = ['state', 'code_challenge', 'code_challenge_method', 'link_token']

const AuthorizeQuery = z.object(
  Object.fromEntries(
    REQUEST_FIELDS.map((name) => {
      const text = z.string().meta({ description: MEANINGS[name] })
      return [name, OPTIONAL.includes(name) ? text.optional() : text]
    }),
  ),
)

const EXAMPLE = { client_id: 'sample', client_secret: 'your secret' }

export const tokensGroup: Group = {
  name: 'Authorization',
  description: 'OAuth 2.0 with the authorization code grant and PKCE. Bodies are forms or JSON.',
  endpoints: [
    {
      id: 'authorize',
      method: 'GET',
      path: '/oauth/authorize',
      summary: 'Ask a person for consent',
      description:
        'Open this address in the browser of the person. It ends at your `redirect_uri` with `code`, `state` and `iss`, or with `error`.',
      access: 'none',
      query: AuthorizeQuery,
      answers: {
        200: { means: 'The consent page.', mediaType: 'text/html' },
        303: { means: 'Back to the integrator with an error.', headers: { location: 'The redirect URI.' } },
        400: { means: 'A page that says what is wrong with the link.', mediaType: 'text/html' },
        500: { means: 'A page that says that something failed.', mediaType: 'text/html' },
        503: { means: 'A page that says that something failed.', mediaType: 'text/html' },
      },
    },
    {
      id: 'exchangeToken',
      method: 'POST',
      path: '/oauth/token',
      summary: 'Exchange a code, or refresh',
      access: 'client',
      body: {
        schema: TokenBody,
        example: { grant_type: 'refresh_token', ...EXAMPLE, refresh_token: 'your refresh token' },
      },
      answers: { 200: { means: 'Tokens.', body: TokenAnswer } },
    },
    {
      id: 'revokeToken',
      method: 'POST',
      path: '/oauth/token/revoke',
      summary: 'Revoke what was granted',
      description: 'What is unknown is as revoked as can be, and answered with 200.',
      access: 'client',
      body: { schema: RevokeBody, example: { ...EXAMPLE, token: 'your refresh token' } },
      answers: { 200: { means: 'It is revoked.' } },
    },
    {
      id: 'readServerMetadata',
      method: 'GET',
      path: '/.well-known/oauth-authorization-server',
      summary: 'Read what the authorization server can',
      access: 'none',
      answers: { 200: { means: 'The metadata of RFC 8414.', body: ServerMetadata } },
    },
    {
      id: 'requestPermissions',
      method: 'POST',
      path: '/v1/permissions',
      summary: 'Ask to change events of others',
      description: 'Send the person to the address in the answer.',
      access: { token: CHANGING_SCOPES },
      body: {
        schema: PermissionsBody,
        example: {
          permissions: [{ calendar_id: 'cal_Qm9hcmRfbWVldGluZ19hYg', permission_level: 'unrestricted' }],
          redirect_uri: 'http://localhost:8765/callback',
        },
      },
      answers: { 200: { means: 'Where the person answers.', body: PermissionsAnswer } },
    },
    {
      id: 'createLinkToken',
      method: 'POST',
      path: '/v1/link_tokens',
      summary: 'Prepare a further connection of the same person',
      access: { token: [] },
      answers: { 200: { means: 'The token.', body: LinkTokenAnswer } },
    },
  ],
}
