import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stdout } from 'node:process'
import { buildFunctions } from '../../infra/bundle/build.ts'
import { portOffset } from '../../infra/local/addresses.ts'
import { createProgress } from '../support/progress.ts'
import { readNumbers, runProof } from '../support/proof-command.ts'
import { type ChaosResult, runChaos } from './run.ts'
import { summaryOf } from './summary.ts'
import { problemsOf } from './verdict.ts'
import { createRecords } from './watch.ts'

const USAGE = 'npm run chaos -- [--minutes 10] [--people 4] [--seed 1]'

/** `npm run chaos`: the whole local system amid cuts, kills and garbled bytes. It fails when something differs. */
async function main(): Promise<boolean> {
  const { minutes, people, seed } = readNumbers({ minutes: 10, people: 4, seed: 1 })
  const began = Date.now()
  const say = (text: string) => stdout.write(`${((Date.now() - began) / 1000).toFixed(0).padStart(5)} s  ${text}\n`)
  const records = createRecords(await mkdtemp(join(tmpdir(), 'chaos-')))
  say(`seed ${seed}, ${minutes} minutes of trouble`)
  await buildFunctions('.')
  const result: ChaosResult = await runChaos({
    ...{ seed, people, durationMs: minutes * 60_000 },
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
  return problems.length === 0
}

runProof(USAGE, main)
