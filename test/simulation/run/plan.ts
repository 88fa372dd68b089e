import type { Outcome, Task } from './task.ts'

/** One world in a hundred runs twice, to see that a seed says everything (I9). */
const TWICE_EVERY = 100

/** Seeds one by one, some of them once more on another worker, which has run other worlds before. */
export function createPlan(tasks: Iterator<Task>, workers: number) {
  const again: Outcome[] = []
  const first = new Map<Task, Outcome>()

  return {
    next(worker: number): Task | undefined {
      const at = again.findIndex((outcome) => workers === 1 || outcome.worker !== worker)
      const [outcome] = at < 0 ? [] : again.splice(at, 1)
      if (outcome === undefined) return tasks.next().value
      first.set(outcome.task, outcome)
      return outcome.task
    },
    /** @returns the outcome of a world, with a finding when it ran twice and was not the same; of a second run nothing. */
    judge(outcome: Outcome): Outcome | undefined {
      const before = first.get(outcome.task)
      if (before === undefined) {
        if (outcome.task.seed % TWICE_EVERY === 0 && outcome.hash !== undefined) again.push(outcome)
        return outcome
      }
      first.delete(outcome.task)
      if (before.hash === outcome.hash) return undefined
      return { ...outcome, findings: [`I9: the same world has run differently: ${before.hash} and ${outcome.hash}`] }
    },
  }
}
