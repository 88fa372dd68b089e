import type { Person } from '../world.ts'
import type { Application } from './applications.ts'

/** Template ids of directory roles, as the claim `wids` has them. */
export const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10'
/** What every member of a directory has. */
const DEFAULT_USER = 'b79fbf4d-3ef9-4689-8143-76b194e85509'

/** Of more groups a JWT tells nothing but where to ask. */
const MOST_GROUPS = 200

/**
 * The claims about roles and groups, which a token has when the registration asks for them.
 * @see https://learn.microsoft.com/entra/identity-platform/optional-claims#configure-groups-optional-claims
 */
export function membershipClaims({ oid, tid, groups, isAdministrator }: Person, application: Application) {
  if (application.groupMembershipClaims === undefined) return {}
  const wids = [...(isAdministrator ? [GLOBAL_ADMINISTRATOR] : []), DEFAULT_USER]
  if (groups.size <= MOST_GROUPS) return { wids, ...(groups.size > 0 && { groups: [...groups] }) }
  const endpoint = `https://graph.windows.net/${tid}/users/${oid}/getMemberObjects`
  return { wids, _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint } } }
}

/**
 * The claim about app roles: only what the registration defines and the person was assigned, and only for such people.
 * @see https://learn.microsoft.com/entra/identity-platform/howto-add-app-roles-in-apps
 */
export function appRoleClaims({ appRoles }: Person, { clientId, appRoles: defined = [] }: Application) {
  const roles = defined.filter((role) => appRoles.get(clientId)?.has(role))
  return roles.length > 0 ? { roles } : {}
}
