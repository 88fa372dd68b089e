import type { EpochMs } from '../core/time.ts'

/** Who of an organisation may connect: whoever is in one of the domains and in one of the groups. An empty list asks for nothing. */
export interface Restriction {
  /** In lower case, as they stand after the `@` of a username. */
  readonly domains: readonly string[]
  /** Object ids, in lower case. */
  readonly groups: readonly string[]
}

/** A Microsoft 365 tenant whose administrator installed the app. */
export interface Organisation {
  readonly tenantId: string
  /** `uninstalling` until the last account of it has gone. Only `installed` lets anybody connect. */
  readonly state: 'installed' | 'uninstalling' | 'uninstalled'
  readonly installedAt: EpochMs
  /** The account that the administrator has or would have. */
  readonly installedBy: string
  readonly restriction: Restriction
}

/** An account of an organisation, with what its last sign-in said of the person. */
export interface Member {
  readonly account: string
  /** Of the username. */
  readonly domain: string
  /** Object ids of groups; absent when Microsoft left them out because there are too many. */
  readonly groups?: readonly string[] | undefined
  readonly joinedAt: EpochMs
}

export const UNRESTRICTED: Restriction = { domains: [], groups: [] }

/** Why somebody is outside of a restriction. */
export type Outside = 'domain' | 'groups' | 'groups-unknown'

/** @returns undefined when the restriction lets the person in. */
export function outside(
  { domains, groups: allowed }: Restriction,
  { domain, groups }: Pick<Member, 'domain' | 'groups'>,
): Outside | undefined {
  if (domains.length > 0 && !domains.includes(domain)) return 'domain'
  if (allowed.length === 0) return undefined
  if (groups === undefined) return 'groups-unknown'
  return groups.some((group) => allowed.includes(group.toLowerCase())) ? undefined : 'groups'
}

/** What stands after the last `@` of a username, in lower case; empty when there is none. */
export const domainOf = (username: string): string => (/@([^@]+)$/.exec(username)?.[1] ?? '').toLowerCase()

/**
 * Template ids of the directory roles that may consent for everybody in a tenant.
 * @see https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
 */
const ADMINISTRATOR_ROLES = [
  '62e90394-69f5-4237-9190-012177145e10', // Global Administrator
  'e8611ab8-c189-46e8-94e1-60213ab1f814', // Privileged Role Administrator
  '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3', // Application Administrator
  '158c047a-c907-4556-b7ef-446551a6b5f7', // Cloud Application Administrator
]

/** Whether an ID token's roles make somebody an administrator of their tenant. */
export const isAdministrator = (roles: readonly string[]): boolean =>
  roles.some((role) => ADMINISTRATOR_ROLES.includes(role.toLowerCase()))
