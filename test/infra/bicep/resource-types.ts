import type { ResourceType } from './resource-types/common.ts'
import { COMPUTE } from './resource-types/compute.ts'
import { DATA } from './resource-types/data.ts'
import { ENTRA } from './resource-types/entra.ts'
import { WATCHING } from './resource-types/watching.ts'

/**
 * The types of resources our files use, with the properties they may have. Read-only properties, and those nobody here
 * needs, are left out: what is not known here is a finding, and is looked up before it is added.
 */
export const RESOURCE_TYPES: Readonly<Record<string, ResourceType | undefined>> = {
  ...COMPUTE,
  ...DATA,
  ...ENTRA,
  ...WATCHING,
}
