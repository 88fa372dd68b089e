import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exit, stderr, stdout } from 'node:process'
import { parseArgs } from 'node:util'
import { buildFunctions } from '../../infra/bundle/build.ts'
import { portOffset } from '../../infra/local/addresses.ts'
import { createProgress } from '../support/progress.ts'
import { type ChaosResult, runChaos } from './run.ts'
import { summaryOf } from './summary.ts'
import { problemsOf } from './verdict.ts'
import { createRecords } from './watch.ts'

const USAGE = `npm run chaos -- [--minutes 10] [--people 4] [--seed 1]
`

/** `npm run chaos`: the whole local system amid cuts, kills and garbled bytes. Ends with 1 when something differs. */
async function main(): Promise<number> {
  const given = readOptions()
  if (given === undefined) {
    stderr.write(USAGE)
    return 2
  }
  const began = Date.now()
  const say = (text: string) => stdout.write(`${((Date.now() - began) / 1000).toFixed(0).padStart(5)} s  ${text}\n`)
  const records = createRecords(await mkdtemp(join(tmpdir(), 'chaos-')))
  say(`seed ${given.seed}, ${given.durationMs / 60_000} minutes of trouble`)
  await buildFunctions('.')
  const result: ChaosResult = await runChaos({
    ...given,
    offset: portOffset(),
    app: '.',
    records,
    say,
    progress: createProgress('troubles'),
  })
  const problems = problemsOf(result)
  stdout.write(summaryOf(result))
  for (const problem of problems) stdout.write(`NOT RIGHT: ${problem}\n`)
  if (problems.length > 0) stdout.write(`look at ${records.folder}: chaos.log, host.log\n`)
  else stdout.write('every calendar is equal, nothing is lost or doubled\n')
  return problems.length === 0 ? 0 : 1
}

/** @returns undefined when they are wrong, after saying why. */
function readOptions(): { seed: number; durationMs: number; people: number } | undefined {
  try {
    const text = (value: string) => ({ type: 'string', default: value }) as const
    const { values } = parseArgs({ options: { minutes: text('10'), people: text('4'), seed: text('1') } })
    const [minutes, people, seed] = [Number(values.minutes), Number(values.people), Number(values.seed)]
    if (!(minutes > 0)) throw new Error('--minutes must be a number above 0')
    if (!Number.isInteger(people) || people < 1 || people > 50) throw new Error('--people must be from 1 to 50')
    if (!Number.isInteger(seed)) throw new Error('--seed must be a whole number')
    return { seed, durationMs: minutes * 60_000, people }
  } catch (error) {
    stderr.write(`${error instanceof Error ? error.message : error}\n`)
    return undefined
  }
}

main().then(exit, (error: unknown) => {
  console.error(error)
  exit(1)
})
