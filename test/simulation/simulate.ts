import { parseArgs } from 'node:util'
import { type Run, simulate } from './simulation.ts'

// npm run simulate -- --seeds 1000 [--from 1]      many worlds
// npm run simulate -- --seed 17 --trace            one world, with its story
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
})

/** One seed in a hundred runs twice, to see that a seed says everything (I9). */
const TWICE_EVERY = 100

async function check(seed: number): Promise<Run> {
  const run = await simulate(seed, { recordsStory: values.trace })
  if (seed % TWICE_EVERY !== 0 && values.seed === undefined) return run
  const again = await simulate(seed)
  if (again.hash === run.hash) return run
  return { ...run, findings: [...run.findings, `runs differ: ${run.hash} and ${again.hash}`] }
}

const first = Number(values.seed ?? values.from)
const count = values.seed === undefined ? Number(values.seeds) : 1
const failed: number[] = []
let steps = 0
for (let seed = first; seed < first + count; seed++) {
  const run = await check(seed)
  steps += run.steps
  if (values.trace) console.log([JSON.stringify(run.swarm, null, 1), ...run.story].join('\n'))
  if (run.findings.length === 0) continue
  failed.push(seed)
  console.log(`seed ${seed} fails:\n  ${run.findings.join('\n  ')}\n  npm run simulate -- --seed ${seed} --trace`)
}
console.log(`${count} seeds, ${steps} steps, ${Math.round(process.uptime())} s, ${failed.length} failed`)
process.exitCode = failed.length === 0 ? 0 : 1
