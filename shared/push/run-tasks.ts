import { isFailure, SyncError } from '../core/errors.ts'
import type { EpochMs } from '../core/time.ts'
import { afterAnswer } from './after-answer.ts'
import { inFours } from './in-fours.ts'
import type { Push } from './push-actions.ts'
import { stepOf } from './put-off.ts'
import { settleTasks } from './settle.ts'
import { nextStep, type Result, type Step, type Task } from './task.ts'
import type { Answer, Call, EventWriter } from './writer.ts'

/**
 * Requests about one event in one visit, with room for a search in twenty calendars; a provider that wants more than this is
 * out of order.
 */
const MOST_CALLS = 30

export interface End {
  readonly task: Task
  readonly result: Result
}

export type Calling = Extract<Step, { kind: 'call' }>

/** How tasks were run: to their ends, until the deadline, or until nobody answered. */
export type Ran = 'complete' | 'late' | 'unanswered'

/**
 * Brings tasks to their ends, four at a time; each four are stored before the next begin. The first four are run whatever
 * the time, so that each visit comes further. A creation is noted before it is asked for, and what is noted is asked for: a
 * deletion waits long for a creation that never was.
 */
export async function runTasks(push: Push, tasks: readonly Task[], deadline: EpochMs): Promise<Ran> {
  const steps = tasks.map((task) => stepOf(push, task, () => nextStep(task)))
  const calling = steps.filter((step): step is Calling => step.kind === 'call')
  const ended = steps.flatMap((step) => (step.kind === 'end' ? step : []))
  const fours = inFours(calling)
  let isLate = false
  /** The creations that are noted now, because their turn is next. */
  const upcoming = (at: number): readonly Task[] => {
    isLate = at > 0 && push.dependencies.clock.now() >= deadline
    return isLate ? [] : creationsIn(fours[at] ?? [])
  }
  const first = upcoming(0)
  let refused = ended.length + first.length > 0 ? await settleTasks(push, ended, first) : NONE
  for (const [at, four] of fours.entries()) {
    if (isLate) return 'late'
    const ran = await runCalls(push, without(four, refused), () => upcoming(at + 1))
    if (!ran.isAnswered) return 'unanswered'
    refused = ran.refused
  }
  return 'complete'
}

const NONE: ReadonlySet<Task> = new Set()

const without = (calling: readonly Calling[], refused: ReadonlySet<Task>): readonly Calling[] =>
  calling.filter(({ task }) => !refused.has(task))

const creationsIn = (calling: readonly Calling[]): readonly Task[] =>
  calling.flatMap(({ task, call }) => (call.kind === 'create' ? task : []))

/**
 * Asks until each of the tasks has an end, and stores the ends, with the creations that are upcoming.
 * @returns whether anybody answered, and which of the upcoming tasks are not to be begun.
 */
async function runCalls(
  push: Push,
  first: readonly Calling[],
  upcoming: () => readonly Task[],
): Promise<{ readonly isAnswered: boolean; readonly refused: ReadonlySet<Task> }> {
  const ends: End[] = []
  let calling = first
  let isAnswered = true
  for (let round = 0; calling.length > 0; round++) {
    calling = await prepared(push, calling, round)
    const answers = round < MOST_CALLS ? await answersTo(push.writer, calling) : []
    isAnswered &&= answers !== undefined
    const isThrottled = answers?.some((answer) => answer.kind === 'later' && answer.throttled) ?? false
    const next: Calling[] = []
    for (const [at, { task, call }] of calling.entries()) {
      const answer = answers?.[at] ?? TRY_LATER
      const step = stepOf(push, task, () => afterAnswer(task, call, answer))
      if (step.kind === 'end') ends.push(step)
      else if (isThrottled) ends.push({ task: step.task, result: ASKED_FOR_PATIENCE })
      else next.push(step)
    }
    calling = next
  }
  const isOver = !isAnswered || ends.some(({ result }) => result.state === 'later' && result.throttled)
  const refused = await settleTasks(push, ends, isOver ? [] : upcoming())
  throwWhenThrottled(ends, push.session.account)
  return { isAnswered, refused }
}

/**
 * What must be so before the next requests: this handler is still the only one where a version no longer protects the
 * event, and what is known now is stored, should the answers get lost: creations that only turned out to be needed, and
 * what the writes replace.
 * @returns what may be asked for then.
 */
async function prepared(push: Push, calling: readonly Calling[], round: number): Promise<readonly Calling[]> {
  const attempts = calling.flatMap(({ task, call }) => (round > 0 && call.kind === 'create' ? task : []))
  const replacing = calling.flatMap(({ task }) => (task.overruled.length > 0 ? task : []))
  if (attempts.length + replacing.length > 0) return without(calling, await settleTasks(push, [], attempts, replacing))
  if (calling.some(({ call }) => isUnprotected(call, round))) await push.session.assertFence()
  return calling
}

/** A response names no version, and a version that was read just now protects nobody from a handler that is late. */
const isUnprotected = ({ kind }: Call, round: number): boolean =>
  kind === 'respond' || (round > 0 && (kind === 'update' || kind === 'delete'))

const TRY_LATER: Answer = { kind: 'later', throttled: false }
/** The mailbox has asked for it in the answer to another of the four. */
const ASKED_FOR_PATIENCE: Result = { state: 'later', throttled: true }

/**
 * Who gets no answer that can be read is tried again later.
 * @returns undefined when nobody answered. Whether it is the mailbox that fails or one of the events is not known then.
 */
async function answersTo(writer: EventWriter, calling: readonly Calling[]): Promise<readonly Answer[] | undefined> {
  try {
    return await writer.run(calling.map(({ call }) => call))
  } catch (error) {
    if (isFailure(error, 'MICROSOFT_UNREACHABLE')) return undefined
    if (isFailure(error, 'MICROSOFT_UNEXPECTED_SHAPE', 'MICROSOFT_REFUSED')) return []
    throw error
  }
}

function throwWhenThrottled(ends: readonly End[], account: string): void {
  const throttled = ends.flatMap(({ result }) => (result.state === 'later' && result.throttled ? result : []))
  if (throttled.length === 0) return
  const retryAfterMs = Math.max(...throttled.map((result) => result.retryAfterMs ?? 0))
  throw new SyncError('MICROSOFT_THROTTLED', 'the mailbox asks for patience', {
    facts: { account, actions: throttled.length },
    ...(retryAfterMs > 0 && { retryAfterMs }),
  })
}
