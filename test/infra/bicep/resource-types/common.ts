import { type Fields, oneOf, type Shape } from '../shape.ts'

/** What this checker knows of a type of resource. @see https://learn.microsoft.com/azure/templates */
export interface ResourceType {
  readonly versions: readonly string[]
  /** The type of its parent, of what is a part of something. */
  readonly within?: string
  /** What Azure allows as its name (its last part). */
  readonly pattern?: RegExp
  readonly shape: Fields
}

export const TAGS = { '*': 'string' } as const satisfies Fields
export const LOCATED = { 'location!': 'string', tags: TAGS } as const satisfies Fields

export const IDENTITY: Fields = {
  'type!': oneOf('None', 'SystemAssigned', 'UserAssigned', 'SystemAssigned, UserAssigned'),
  userAssignedIdentities: { '*': {} },
}

/** Only these networks, and Azure's own services where `bypass` says so. */
export const NETWORK_RULES: Fields = {
  'defaultAction!': oneOf('Allow', 'Deny'),
  bypass: 'string',
  ipRules: [{ 'value!': 'string', action: oneOf('Allow') }],
  virtualNetworkRules: [{ 'id!': 'string', action: oneOf('Allow'), ignoreMissingVnetServiceEndpoint: 'bool' }],
  resourceAccessRules: [{ resourceId: 'string', tenantId: 'string' }],
}

export const OPEN_OR_NOT = oneOf('Enabled', 'Disabled')

export const id: Shape = { 'id!': 'string' }
