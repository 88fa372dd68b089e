import * as z from 'zod'
import { OAUTH_ERROR_CODES } from '../../integrators/oauth-errors.ts'

const Credentials = {
  client_id: z.string(),
  client_secret: z.string().meta({ description: 'One of the active secrets. Sent in the body only.' }),
}

/** The body of `POST /oauth/token`, as JSON or as a form. Other fields have no meaning, empty ones count as not sent. */
export const TokenBody = z
  .discriminatedUnion('grant_type', [
    z.object({
      ...Credentials,
      grant_type: z.literal('authorization_code'),
      code: z.string().meta({ description: 'Good once, for 60 seconds.' }),
      redirect_uri: z.string().meta({ description: 'The very one the code was asked with.' }),
      code_verifier: z.string().optional().meta({ description: 'Required where a code_challenge was sent.' }),
    }),
    z.object({
      ...Credentials,
      grant_type: z.literal('refresh_token'),
      refresh_token: z.string().meta({ description: 'The newest one; the answer brings the next.' }),
    }),
  ])
  .meta({ id: 'TokenRequest' })

/** The answer of `POST /oauth/token`. */
export const TokenAnswer = z
  .object({
    token_type: z.literal('bearer'),
    access_token: z.string(),
    expires_in: z.int().meta({ description: 'Seconds the access token is good for.' }),
    refresh_token: z.string().meta({ description: 'Replaces the one that was presented; store it.' }),
    scope: z.string(),
    sub: z.string().meta({ description: 'The account: the same whenever the same Microsoft account is connected.' }),
    account_id: z.string().optional().meta({ description: 'Equal to sub; only in the answer to a code.' }),
    linking_profile: z
      .object({
        provider_name: z.literal('office365'),
        provider_service: z.literal('office365'),
        profile_id: z.string(),
        profile_name: z.string(),
      })
      .optional()
      .meta({ description: 'Only in the answer to a code.' }),
  })
  .meta({ id: 'Tokens' })

/** The body of `POST /oauth/token/revoke`, as JSON or as a form; `token` counts before `sub`, `sub` before `refresh_token`. */
export const RevokeBody = z
  .object({
    ...Credentials,
    token: z.string().optional().meta({ description: 'An access or refresh token.' }),
    refresh_token: z.string().optional(),
    sub: z.string().optional().meta({ description: 'The account: every consent it gave this integrator ends.' }),
  })
  .meta({ id: 'RevokeRequest' })

/** Every error of the token and revocation endpoints. */
export const OAuthErrorAnswer = z
  .object({ error: z.enum(OAUTH_ERROR_CODES), error_description: z.string() })
  .meta({ id: 'OAuthFailure' })
