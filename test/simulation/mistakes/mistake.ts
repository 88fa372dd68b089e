import type { Patch } from '../run/bundle.ts'
import type { WorldKind } from './worlds.ts'

/** A deliberate mistake in the service, which the simulation has to find. */
export interface Mistake {
  /** What the service does wrong, behind the id of the row or invariant it is about. */
  readonly name: string
  readonly patches: readonly Patch[]
  /** What the finding says. */
  readonly found: RegExp
  /** The world that found it when it was last looked for: the first one to try. */
  readonly seed: number
  /** The kind of worlds it is looked for in; absent where those that the seed chooses do. */
  readonly worlds?: WorldKind
}
