import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { createProgress } from '../support/progress.ts'
import { formatAdjustments, parseAdjustments } from './run/adjustments.ts'
import { bundleSimulation } from './run/bundle.ts'
import { createPlan } from './run/plan.ts'
import { runWorlds } from './run/pool.ts'
import type { Outcome, Task } from './run/task.ts'

// npm run simulate -- --seeds 1000 [--from 1]                         many worlds
// npm run simulate -- --seed 17 [--world people=1,...] --trace        one world, with its story
const USAGE = 'npm run simulate -- [--seeds N] [--from F] | --seed N [--world field=value,...] [--trace]'

function options() {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '100' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      world: { type: 'string', default: '' },
      trace: { type: 'boolean', default: false },
    },
  })
  const from = numberOf(values.seed ?? values.from)
  const count = values.seed === undefined ? numberOf(values.seeds) : 1
  return { from, count, adjustments: parseAdjustments(values.world), trace: values.trace }
}

function numberOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`not a number of seeds: ${text}`)
  return Number(text)
}

async function main({ from, count, adjustments, trace }: ReturnType<typeof options>): Promise<boolean> {
  function* tasks(): Generator<Task, undefined> {
    for (let seed = from; seed < from + count; seed++) yield { seed, adjustments, recordsStory: trace }
  }
  const workers = Math.min(availableParallelism(), count)
  const progress = createProgress(count, 'worlds')
  const plan = createPlan(tasks(), workers)
  let [ended, steps, operations, failed] = [0, 0, 0, 0]
  const began = performance.now()

  function done(outcome: Outcome): void {
    const judged = plan.judge(outcome)
    if (judged === undefined) return
    ended += 1
    steps += judged.steps
    operations += judged.operations
    if (trace || judged.findings.length > 0) progress.clear()
    if (trace) console.log([JSON.stringify(judged.swarm, null, 1), ...judged.story].join('\n'))
    if (judged.findings.length > 0) {
      failed += 1
      console.log(report(judged))
    }
    progress.show(ended)
  }

  using bundle = await bundleSimulation()
  await runWorlds({ bundle: bundle.file, workers, next: plan.next, done })
  const seconds = (performance.now() - began) / 1000
  const rate = (what: number) => Math.round(what / seconds).toLocaleString('en')
  progress.clear()
  console.log(
    `${count} worlds in ${Math.round(seconds)} s, ${failed} failed; ` +
      `${(count / seconds).toFixed(1)} worlds, ${rate(operations)} operations and ${rate(steps)} steps per second`,
  )
  return failed === 0
}

const report = ({ task: { seed, adjustments = {} }, findings }: Outcome): string => {
  const world = formatAdjustments(adjustments)
  const command = `npm run simulate -- --seed ${seed}${world && ` --world ${world}`} --trace`
  return `seed ${seed} fails:\n  ${findings.join('\n  ')}\n  ${command}`
}

try {
  process.exitCode = (await main(options())) ? 0 : 1
} catch (error) {
  console.error(`${(error as Error).message}\n${USAGE}`)
  process.exitCode = 2
}
