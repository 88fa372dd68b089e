import type { CalendarState } from '../pull/state.ts'
import { placeOf } from './plan.ts'
import type { Push } from './push-actions.ts'
import type { Entry } from './rivals.ts'
import { begin, type Task } from './task.ts'

/** A task at its beginning, with what the cache holds of its event: it is where somebody may have moved it. */
export async function openTask({ session, dependencies }: Push, { work, agreement }: Entry): Promise<Task> {
  const { providerId } = agreement
  const cached = providerId === undefined ? undefined : await session.cached(session.names.item(providerId))
  const key = cached?.calendar ?? work.target.calendar
  const place = placeOf(session.calendars, key)
  return begin(work, agreement, place, cached, dependencies.clock.now(), besides(session.calendars, key))
}

/** Other calendars that an event is looked for in where it is not known any more; each is a request. */
const MOST_ELSEWHERE = 4

const besides = (calendars: readonly CalendarState[], key: string): readonly string[] =>
  calendars
    .filter((one) => one.key !== key && one.writable && !one.deleted)
    .slice(0, MOST_ELSEWHERE)
    .map(({ providerId }) => providerId)
