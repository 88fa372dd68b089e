import type { Faults } from '../graph/faults.ts'
import type { World } from '../world.ts'
import type { Application } from './applications.ts'
import { createGrants, type Grants } from './grants.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { createTokens, type Tokens } from './tokens.ts'

export type EntraOptions = Pick<EntraState, 'world' | 'applications' | 'faults'>

/** Everything that the pages and the token endpoint share. */
export interface EntraState {
  readonly world: World
  readonly applications: readonly Application[]
  readonly grants: Grants
  readonly tokens: Tokens
  readonly sessions: Sessions
  readonly faults: Pick<Faults, 'seed' | 'draws' | 'token' | 'authorize'>
}

export const createEntraState = ({ world, applications, faults }: EntraOptions): EntraState => ({
  world,
  applications,
  grants: createGrants(world),
  tokens: createTokens(world),
  sessions: createSessions(world),
  faults,
})
