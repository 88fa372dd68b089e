import { expect, test } from 'vitest'
import { createPlan } from './plan.ts'
import type { Outcome, Task } from './task.ts'

const SEEDS = [99, 100, 101]

const outcomeOf = (task: Task, worker: number, hash: number): Outcome => ({
  ...{ task, worker, hash, findings: [], steps: 1, operations: 1, story: [] },
})

/** Worlds on two workers in turn. @param hashOf of a world's trace, on a worker. */
function runAll(isEachTwice: boolean, hashOf: (seed: number, worker: number) => number) {
  const tasks = SEEDS.map((seed) => ({ seed }))
  const plan = createPlan(tasks.values(), { workers: 2, isEachTwice })
  const ran: number[] = []
  const findings: (readonly string[])[] = []
  for (let worker = 0, idle = 0; idle < 2; worker = 1 - worker) {
    const task = plan.next(worker)
    idle = task === undefined ? idle + 1 : 0
    if (task === undefined) continue
    ran.push(task.seed)
    findings.push(plan.judge(outcomeOf(task, worker, hashOf(task.seed, worker))).findings)
  }
  return { ran: ran.sort(), findings: findings.flat() }
}

test('I9: one world in a hundred runs twice, on two workers, and each when that is asked for', () => {
  expect(runAll(false, () => 7)).toEqual({ ran: [100, 100, 101, 99], findings: [] })
  expect(runAll(true, () => 7)).toEqual({ ran: [100, 100, 101, 101, 99, 99], findings: [] })
})

test('I9: a world that runs differently the second time is told with both hashes', () => {
  const differ = (seed: number, worker: number) => seed + worker
  expect(runAll(false, differ).findings).toEqual([expect.stringMatching(/^I9: .* 10[01] and 10[01]$/)])
  expect(runAll(true, differ).findings).toHaveLength(3)
})
