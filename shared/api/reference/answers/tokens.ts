import * as z from 'zod'
import { AccountId, ProfileId, ScopeList } from './identity.ts'

/** `POST /oauth/token` */
export const TokenAnswer = z
  .object({
    token_type: z.literal('bearer'),
    access_token: z.string(),
    expires_in: z.int().meta({ description: 'Seconds.', examples: [3600] }),
    refresh_token: z.string(),
    scope: ScopeList,
    sub: AccountId.meta({ description: 'The account, the same as `account_id`.' }),
    account_id: AccountId.optional().meta({ description: 'With the first tokens only.' }),
    linking_profile: z
      .object({
        provider_name: z.literal('office365'),
        provider_service: z.literal('office365'),
        profile_id: ProfileId,
        profile_name: z.string(),
      })
      .optional()
      .meta({ description: 'What was connected; with the first tokens only.' }),
  })
  .meta({ id: 'Tokens' })

/** `GET /.well-known/oauth-authorization-server`, as RFC 8414 section 2 names the members. */
export const ServerMetadata = z
  .object({
    issuer: z.string(),
    authorization_endpoint: z.string(),
    token_endpoint: z.string(),
    revocation_endpoint: z.string(),
    response_types_supported: z.array(z.string()),
    response_modes_supported: z.array(z.string()),
    grant_types_supported: z.array(z.string()),
    code_challenge_methods_supported: z.array(z.string()),
    token_endpoint_auth_methods_supported: z.array(z.string()),
    revocation_endpoint_auth_methods_supported: z.array(z.string()),
    authorization_response_iss_parameter_supported: z.boolean(),
    scopes_supported: z.array(z.string()),
  })
  .meta({ id: 'ServerMetadata' })
