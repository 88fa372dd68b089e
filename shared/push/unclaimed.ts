import { isFailure } from '../core/errors.ts'
import type { CalendarState } from '../pull/state.ts'
import type { Push } from './push-actions.ts'
import type { Task } from './task.ts'
import type { EventWriter } from './writer.ts'

/**
 * Asks of each calendar that something is to be made in, once, whether it may hold events of ours that no agreement knows:
 * the account was erased before, or restored, and they may lie outside of what is read. Where it may, each event is looked
 * for before it is made.
 * @returns whether something was learnt, so that the tasks are to be opened again, or nobody answered.
 * @throws SyncError `ROW_CHANGED`, `MICROSOFT_THROTTLED` and other failures of the mailbox.
 */
export async function askForUnclaimed(
  { session, writer }: Push,
  tasks: readonly Task[],
): Promise<'learnt' | 'known' | 'unanswered'> {
  const keys = new Set(tasks.filter(isInQuestion).map(({ calendar }) => calendar))
  const learnt: CalendarState[] = []
  for (const calendar of session.calendars.filter(({ key }) => keys.has(key))) {
    const answer = await mayHold(writer, calendar)
    if (answer === 'unanswered') return answer
    if (answer !== 'unclear') learnt.push({ ...calendar, mayHoldUnclaimed: answer })
  }
  if (learnt.length === 0) return 'known'
  await session.noteCalendars(learnt)
  return 'learnt'
}

/** Whether the task would make an event, were it known that there is none. */
const isInQuestion = ({ current, agreement, place }: Task): boolean =>
  current === undefined &&
  agreement.providerId === undefined &&
  agreement.attemptedAt === undefined &&
  place.mayHoldUnclaimed === undefined

/** Where the answer says nothing of the calendar, its events are looked for this time. */
async function mayHold(
  writer: EventWriter,
  { providerId }: CalendarState,
): Promise<boolean | 'unclear' | 'unanswered'> {
  try {
    return await writer.holdsMarked(providerId)
  } catch (error) {
    if (isFailure(error, 'MICROSOFT_UNREACHABLE')) return 'unanswered'
    if (isFailure(error, 'ITEM_GONE', 'MICROSOFT_REFUSED', 'MICROSOFT_UNEXPECTED_SHAPE')) return 'unclear'
    throw error
  }
}
