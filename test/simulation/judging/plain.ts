import { isEventful } from '../swarm/episodes.ts'
import type { Swarm } from '../swarm/swarm.ts'

/** Worlds in which the service is never left in doubt whether something was done, and by whom. */
export const isPlain = ({
  faults,
  versionAfterWrite,
  writers,
  latencyMs,
  budgetSeconds,
  connects,
  episodes,
}: Swarm): boolean =>
  writers > 0 &&
  // Who connects again comes between a handler and its commit.
  connects === 1 &&
  !versionAfterWrite &&
  !isEventful({ episodes }) &&
  // What is written before a calendar was read for the first time is read with all the rest.
  latencyMs <= 50 &&
  budgetSeconds === 60 &&
  [
    faults.crash,
    faults.tableRead,
    faults.tableCommit,
    faults.commitUnknown,
    faults.lockLost,
    faults.graphLost,
    faults.graphRefuses,
  ].every((rate) => rate === 0)
