import type { World } from '../world.ts'
import type { Application } from './applications.ts'
import { createFaultQueue, type FaultQueue } from './faults.ts'
import { createGrants, type Grants } from './grants.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { createTokens, type Tokens } from './tokens.ts'

/** Everything that the pages and the token endpoint share. */
export interface EntraState {
  readonly world: World
  readonly applications: readonly Application[]
  readonly grants: Grants
  readonly tokens: Tokens
  readonly sessions: Sessions
  readonly faults: FaultQueue
}

export const createEntraState = (world: World, applications: readonly Application[]): EntraState => ({
  world,
  applications,
  grants: createGrants(world),
  tokens: createTokens(world),
  sessions: createSessions(world),
  faults: createFaultQueue(),
})
