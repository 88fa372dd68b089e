import { asSyncError } from '../core/errors.ts'
import { failureFacts } from '../core/log.ts'
import type { Push } from './push-actions.ts'
import type { Calling } from './run-tasks.ts'
import { end, type Step, type Task } from './task.ts'
import type { Answer } from './writer.ts'

/** What is not done now, and is tried again with growing pauses. */
export const TRY_LATER: Answer = { kind: 'later', throttled: false }

/**
 * A mistake of ours that one event brings to light puts off the actions for that event only; nothing else of the account
 * waits for it, and what it asks for is applied once the mistake is mended.
 * @throws any other failure.
 */
export function stepOf(push: Push, task: Task, decide: () => Step): Step {
  try {
    return decide()
  } catch (error) {
    note(push, task, error)
    return end(task, { state: 'later', throttled: false })
  }
}

/**
 * Asks for all at once; where that brings a mistake of ours to light, for each alone. What has been done by then is found
 * as after a crash.
 * @throws SyncError as `EventWriter.run`.
 */
export async function answersOf(push: Push, calling: readonly Calling[]): Promise<readonly Answer[]> {
  try {
    return await push.writer.run(calling.map(({ call }) => call))
  } catch (error) {
    const [first, ...others] = calling
    if (first === undefined || !isMistake(error)) throw error
    if (others.length > 0) return oneByOne(push, calling)
    note(push, first.task, error)
    return [TRY_LATER]
  }
}

async function oneByOne(push: Push, calling: readonly Calling[]): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  for (const one of calling) answers.push(...(await answersOf(push, [one])))
  return answers
}

const isMistake = (error: unknown): boolean => asSyncError(error).code === 'INTERNAL'

function note({ session: { account }, dependencies: { log } }: Push, { work: { last } }: Task, error: unknown): void {
  if (!isMistake(error)) throw error
  log('error', 'action-put-off', {
    ...{ account, action: last.number.toString(36), kind: last.kind },
    ...failureFacts(asSyncError(error)),
  })
}
