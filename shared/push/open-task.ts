import { placeOf } from './plan.ts'
import type { Push } from './push-actions.ts'
import type { Entry } from './rivals.ts'
import { begin, type Task } from './task.ts'

/** A task at its beginning, with what the cache holds of its event: it is where somebody may have moved it. */
export async function openTask({ session, dependencies }: Push, { work, agreement }: Entry): Promise<Task> {
  const { providerId } = agreement
  const cached = providerId === undefined ? undefined : await session.cached(session.names.item(providerId))
  const key = cached?.calendar ?? work.target.calendar
  const place = { ...placeOf(session.calendars, key), mayHoldUnclaimed: mayHoldUnclaimed(session, key) }
  return begin(work, agreement, place, cached, dependencies.clock.now())
}

/** A calendar that is read from its beginning may hold some that were not met yet. */
const mayHoldUnclaimed = ({ head, calendars }: Push['session'], calendar: string): boolean =>
  head.hasUnclaimed === true || calendars.some(({ key, cursor }) => key === calendar && cursor === undefined)
