import { placeOf } from './plan.ts'
import type { Push } from './push-actions.ts'
import type { Entry } from './rivals.ts'
import { begin, type Task } from './task.ts'

/** A task at its beginning, with what the cache holds of its event: it is where somebody may have moved it. */
export async function openTask({ session, dependencies }: Push, { work, agreement }: Entry): Promise<Task> {
  const { providerId } = agreement
  const cached = providerId === undefined ? undefined : await session.cached(session.names.item(providerId))
  const key = cached?.calendar ?? work.target.calendar
  return begin(work, agreement, placeOf(session.calendars, key), cached, dependencies.clock.now())
}
