import type { Group } from './endpoint.ts'
import { availabilityGroup } from './groups/availability.ts'
import { changesGroup } from './groups/changes.ts'
import { channelsGroup } from './groups/channels.ts'
import { eventsGroup } from './groups/events.ts'
import { identityGroup } from './groups/identity.ts'
import { tokensGroup } from './groups/tokens.ts'

/** Every endpoint of the integrator API, in the order in which the reference shows them. */
export const GROUPS: readonly Group[] = [
  tokensGroup,
  identityGroup,
  eventsGroup,
  changesGroup,
  channelsGroup,
  availabilityGroup,
]
