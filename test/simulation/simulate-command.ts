import { availableParallelism } from 'node:os'
import { parseOptions } from '../../infra/usage-error.ts'
import { createProgress } from '../support/progress.ts'
import { runProof, wholeNumber } from '../support/proof-command.ts'
import { adjusted, parseAdjustments } from './run/adjustments.ts'
import { bundleSimulation } from './run/bundle.ts'
import { createPlan } from './run/plan.ts'
import { runWorlds } from './run/pool.ts'
import { commandOf, report } from './run/report.ts'
import { shrink } from './run/shrink.ts'
import { shortStory } from './run/story.ts'
import type { Outcome, Task } from './run/task.ts'
import { worldOf } from './simulation.ts'

// npm run simulate -- --seeds 1000 [--from 1]                         many worlds
// npm run simulate -- --seed 17 [--world people=1,...] --trace        one world, with its story
const USAGE = 'npm run simulate -- [--seeds N] [--from F] | --seed N [--world field=value,...] [--trace]'

/** Simpler worlds are looked for this long, for so many of the worlds that fail. */
const SHRINK_MS = 60_000
const MOST_SHRUNK = 3

function options() {
  const { values } = parseOptions({
    options: {
      seeds: { type: 'string', default: '100' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      world: { type: 'string', default: '' },
      trace: { type: 'boolean', default: false },
    },
  })
  const isOne = values.seed !== undefined
  const from = wholeNumber(isOne ? 'seed' : 'from', values.seed ?? values.from)
  const adjustments = parseAdjustments(values.world)
  adjusted(worldOf(from), adjustments)
  return { from, count: isOne ? 1 : wholeNumber('seeds', values.seeds), isOne, adjustments, trace: values.trace }
}

async function main(): Promise<boolean> {
  const { from, count, isOne, adjustments, trace } = options()
  function* tasks(): Generator<Task, undefined> {
    for (let seed = from; seed < from + count; seed++) yield { seed, adjustments, recordsStory: trace }
  }
  const workers = Math.min(availableParallelism(), isOne ? 2 : count)
  const progress = createProgress('worlds')
  const plan = createPlan(tasks(), { workers, isEachTwice: isOne })
  const failed = new Map<number, Outcome>()
  let [ended, steps, operations] = [0, 0, 0]
  const began = performance.now()

  function done(outcome: Outcome): void {
    const judged = plan.judge(outcome)
    if (judged.isFirst) {
      ended += 1
      steps += outcome.steps
      operations += outcome.operations
      if (trace) console.log([JSON.stringify(worldOfTask(outcome.task), null, 1), ...outcome.story].join('\n'))
    }
    if (judged.findings.length > 0) {
      failed.set(outcome.task.seed, { ...outcome, findings: judged.findings })
      console.log(report({ ...outcome, findings: judged.findings }))
    }
    progress.at(ended, count)
  }

  using bundle = await bundleSimulation()
  await runWorlds({ bundle: bundle.file, workers, next: plan.next, done })
  const seconds = (performance.now() - began) / 1000
  const rate = (what: number) => Math.round(what / seconds).toLocaleString('en')
  progress.end()
  console.log(
    `${count} worlds in ${Math.round(seconds)} s, ${failed.size} failed; ` +
      `${(count / seconds).toFixed(1)} worlds, ${rate(operations)} operations and ${rate(steps)} steps per second; ` +
      `state ${bundle.digest}`,
  )
  if (!trace) await explain([...failed.values()].slice(0, MOST_SHRUNK), bundle.file)
  return failed.size === 0
}

const worldOfTask = ({ seed, adjustments = {} }: Task) => adjusted(worldOf(seed), adjustments)

/** The same failures in worlds as small as possible, with what happened there. */
async function explain(failed: readonly Outcome[], bundle: string): Promise<void> {
  const workers = availableParallelism()
  for (const outcome of failed) {
    const { task } = await shrink(outcome, { bundle, workers, limitMs: SHRINK_MS })
    const told = [{ ...task, recordsStory: true }]
    const done = ({ story, findings }: Outcome) =>
      console.log(['', ...shortStory(story), ...findings.map((one) => `=> ${one}`), commandOf(task)].join('\n'))
    await runWorlds({ bundle, workers: 1, next: () => told.pop(), done })
  }
}

runProof(USAGE, main)
