import type { Calling } from './run-tasks.ts'
import { CALLS_AT_ONCE } from './writer.ts'

/**
 * Calls in their order, as many at once as a mailbox takes. A batch has no order of its own, so a series and its
 * occurrences never share one. What has failed before goes alone and after the others, so that it takes nobody with it.
 */
export function inFours(calling: readonly Calling[]): readonly (readonly Calling[])[] {
  const fours: Calling[][] = []
  for (const one of [...calling].sort((a, b) => triesOf(a) - triesOf(b))) {
    const four = fours.at(-1)
    if (four === undefined || !fits(four, one)) fours.push([one])
    else four.push(one)
  }
  return fours
}

const fits = (four: readonly Calling[], one: Calling): boolean =>
  four.length < CALLS_AT_ONCE &&
  ![...four, one].some((each) => triesOf(each) > 0) &&
  !four.some((other) => family(other) === family(one))

const triesOf = ({ task: { work } }: Calling): number => work.last.tries

/** What an event has in common with the others of its series. */
const family = ({ task: { current, agreement } }: Calling): string =>
  current?.seriesProviderId ?? current?.providerId ?? agreement.providerId ?? agreement.key
