import * as z from 'zod'

/**
 * The claims of Entra's ID token that we use.
 * @see https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
 */
export const IdTokenClaims = z.object({
  aud: z.string(),
  iss: z.string(), // 'https://login.microsoftonline.com/<tid>/v2.0'
  tid: z.guid(),
  oid: z.guid(),
  preferred_username: z.string(),
  name: z.string().optional(),
  /** Template ids of directory roles; there when the registration's `groupMembershipClaims` asks for them. */
  wids: z.array(z.string()).default([]),
  /** Values of app roles; there when the person has one. Any tenant's administrator assigns them to people of their own. */
  roles: z.array(z.string()).default([]),
  /** Left out above 200 groups; `_claim_names` or `hasgroups` says so then. */
  groups: z.array(z.string()).optional(),
  hasgroups: z.boolean().optional(),
  _claim_names: z.object({ groups: z.string().optional() }).optional(),
})
