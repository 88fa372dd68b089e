import * as z from 'zod'

const Names = z.array(z.string())

/** `GET /.well-known/oauth-authorization-server`, as RFC 8414 section 2 names the members. */
export const ServerMetadata = z
  .object({
    issuer: z.string(),
    authorization_endpoint: z.string(),
    token_endpoint: z.string(),
    revocation_endpoint: z.string(),
    response_types_supported: Names,
    response_modes_supported: Names,
    grant_types_supported: Names,
    code_challenge_methods_supported: Names,
    token_endpoint_auth_methods_supported: Names,
    revocation_endpoint_auth_methods_supported: Names,
    authorization_response_iss_parameter_supported: z.boolean(),
    scopes_supported: Names,
  })
  .meta({ id: 'ServerMetadata' })
