import { seconds } from '../../shared/core/time.ts'

/**
 * How long a request to a neighbour takes, answer included. What the benches tell of delays and execution times is a
 * count of requests that wait for each other, times these, so that it does not depend on the machine.
 */
export const ASSUMED_DELAYS = {
  /** A page of Graph. */
  graph: seconds(0.15),
  /** The tables are in Denmark, the functions in Ireland. */
  table: seconds(0.03),
  /** A message, from sending it to having it, also to Denmark and back. */
  queue: seconds(0.06),
}
