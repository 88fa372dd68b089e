import type { Outcome, Task } from './task.ts'

/** One world in a hundred runs twice, to see that a seed says everything (I9). */
const TWICE_EVERY = 100

interface Choice {
  readonly workers: number
  /** Whether not only one world in a hundred runs twice. */
  readonly isEachTwice: boolean
}

/** Worlds one by one, some of them once more: on another worker, which has run other worlds before. */
export function createPlan(tasks: Iterator<Task>, { workers, isEachTwice }: Choice) {
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
    /** What is wrong with a world: of the first run what it found, of a second that it was another one. */
    judge(outcome: Outcome): { readonly isFirst: boolean; readonly findings: readonly string[] } {
      const before = first.get(outcome.task)
      if (before === undefined) {
        const isTwice = isEachTwice || outcome.task.seed % TWICE_EVERY === 0
        if (isTwice && outcome.hash !== undefined) again.push(outcome)
        return { isFirst: true, findings: outcome.findings }
      }
      first.delete(outcome.task)
      const isEqual = before.hash === outcome.hash
      const differ = `I9: the same world has run differently: ${before.hash} and ${outcome.hash}`
      return { isFirst: false, findings: isEqual ? [] : [differ] }
    },
  }
}
