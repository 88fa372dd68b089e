import { isFailure, SyncError } from '../core/errors.ts'
import type { EpochMs } from '../core/time.ts'
import { afterAnswer } from './after-answer.ts'
import { inFours } from './in-fours.ts'
import type { Push } from './push-actions.ts'
import { settleTasks } from './settle.ts'
import { nextStep, type Result, type Step, type Task } from './task.ts'
import type { Answer, EventWriter } from './writer.ts'

/** Requests about one event in one visit; a provider that wants more than this is out of order. */
const MOST_CALLS = 8

export interface End {
  readonly task: Task
  readonly result: Result
}

export type Calling = Extract<Step, { kind: 'call' }>

/** Brings tasks to their ends, four at a time; each four are stored before the next begin. @returns false at the deadline. */
export async function runTasks(push: Push, tasks: readonly Task[], deadline: EpochMs): Promise<boolean> {
  const steps = tasks.map(nextStep)
  const calling = steps.filter((step): step is Calling => step.kind === 'call')
  const ended = tasks.flatMap((task, at) => endOf(task, steps[at]))
  const attempts = calling.flatMap(({ task, call }) => (call.kind === 'create' ? task : []))
  if (ended.length + attempts.length > 0) await settleTasks(push, ended, attempts)
  for (const four of inFours(calling)) {
    if (push.dependencies.clock.now() >= deadline) return false
    await runCalls(push, four)
  }
  return true
}

const endOf = (task: Task, step: Step | undefined): End[] =>
  step?.kind === 'end' ? [{ task, result: step.result }] : []

/** Asks until each of the tasks has an end, and stores the ends, also when the mailbox fails under way. */
async function runCalls(push: Push, first: readonly Calling[]): Promise<void> {
  const ends: End[] = []
  let calling = first
  let failure: unknown
  for (let round = 0; calling.length > 0; round++) {
    await prepare(push, calling, round)
    const { answers, failed } = round < MOST_CALLS ? await answersTo(push.writer, calling) : NO_ANSWERS
    failure ??= failed
    const next: Calling[] = []
    for (const [at, { task, call }] of calling.entries()) {
      const step = afterAnswer(task, call, answers[at] ?? TRY_LATER)
      if (step.kind === 'end') ends.push({ task, result: step.result })
      else next.push(step)
    }
    calling = next
  }
  await settleTasks(push, ends)
  if (failure !== undefined) throw failure
  throwWhenThrottled(ends, push.session.account)
}

/**
 * What must be so before the next requests: this handler is still the only one where a version no longer protects the
 * event, and what is known now is stored, should the answers get lost: creations that only turned out to be needed, and
 * what the writes replace.
 */
async function prepare(push: Push, calling: readonly Calling[], round: number): Promise<void> {
  const attempts = calling.flatMap(({ task, call }) => (round > 0 && call.kind === 'create' ? task : []))
  const replacing = calling.flatMap(({ task }) => (task.overruled.length > 0 ? task : []))
  if (attempts.length + replacing.length > 0) await settleTasks(push, [], attempts, replacing)
  else if (calling.some(({ task, call }) => task.contested || call.kind === 'respond')) await push.session.assertFence()
}

interface Answers {
  readonly answers: readonly Answer[]
  /** The mailbox failed: the others have to wait as well. */
  readonly failed?: unknown
}

const TRY_LATER: Answer = { kind: 'later', throttled: false }
const NO_ANSWERS: Answers = { answers: [] }

/** Who gets no answer is tried again later. Whether it is the mailbox or one of the events that fails, time will tell. */
async function answersTo(writer: EventWriter, calling: readonly Calling[]): Promise<Answers> {
  try {
    return { answers: await writer.run(calling.map(({ call }) => call)) }
  } catch (error) {
    if (isFailure(error, 'MICROSOFT_UNREACHABLE')) return { answers: [], failed: error }
    if (isFailure(error, 'MICROSOFT_UNEXPECTED_SHAPE', 'MICROSOFT_REFUSED')) return NO_ANSWERS
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
