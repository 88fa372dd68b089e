import type { Agreement } from './agreement.ts'
import type { Work } from './collapse.ts'
import { placeOf } from './plan.ts'
import type { Push } from './push-actions.ts'
import { begin, type Task } from './task.ts'

/** A task at its beginning, with what the cache holds of its event. */
export async function openTask({ session, dependencies }: Push, work: Work, agreement: Agreement): Promise<Task> {
  const { providerId, calendar } = agreement
  const cached = providerId === undefined ? undefined : await session.cached(session.names.item(providerId))
  return begin(work, agreement, placeOf(session.calendars, calendar), cached, dependencies.clock.now())
}
