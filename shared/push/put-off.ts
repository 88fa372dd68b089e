import { asSyncError, isFailure } from '../core/errors.ts'
import { failureFacts } from '../core/log.ts'
import { lessonsOf } from './learn.ts'
import type { Push } from './push-actions.ts'
import type { End } from './run-tasks.ts'
import type { Lesson } from './session.ts'
import { end, type Result, type Step, type Task } from './task.ts'

// A mistake of ours that one event brings to light puts off the actions for that event only, which are tried again with
// growing pauses: nothing else of the account waits, and what is asked for is applied once the mistake is mended.

/** The step that is decided on; where that is a mistake, the task's end. @throws any other failure. */
export function stepOf(push: Push, task: Task, decide: () => Step): Step {
  try {
    return decide()
  } catch (error) {
    return end(task, putOff(push, task, error))
  }
}

/**
 * What the cache learns, and the ends of the tasks: where it cannot learn by a mistake, the task is not settled.
 * @throws any other failure.
 */
export async function endsWithLessons(
  push: Push,
  ends: readonly End[],
): Promise<{ readonly ends: readonly End[]; readonly lessons: readonly Lesson[] }> {
  try {
    return { ends, lessons: await lessonsOf(push, ends) }
  } catch (error) {
    const [only, ...more] = ends
    if (only !== undefined && more.length === 0)
      return { ends: [{ ...only, result: putOff(push, only.task, error) }], lessons: [] }
    const sound: End[] = []
    for (const one of ends) sound.push(...(await endsWithLessons(push, [one])).ends)
    if (sound.every((one, at) => one === ends[at])) throw error
    return endsWithLessons(push, sound)
  }
}

/** A deletion of everything goes on without the event. */
function putOff({ session: { account }, dependencies: { log } }: Push, { work }: Task, error: unknown): Result {
  const { last, actions } = work
  const failure = asSyncError(error)
  if (!isFailure(failure, 'INTERNAL')) throw error
  const facts = { account, action: last.number.toString(36), kind: last.kind, ...failureFacts(failure) }
  log('error', 'action-put-off', facts)
  return actions.length === 0 ? { state: 'rejected', reason: 'value_refused' } : { state: 'later', throttled: false }
}
