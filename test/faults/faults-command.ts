import { exit, stdout } from 'node:process'
import { parseArgs } from 'node:util'
import { createVitest } from 'vitest/node'
import type { Fault } from './fault.ts'
import { FAULTS } from './faults.ts'
import { runFull } from './full.ts'
import { namedProofs } from './proofs.ts'
import { progressReporter, type Run, runProofs } from './run.ts'
import { type Verdict, verdictOf } from './verdict.ts'

/**
 * `npm run faults`: every row of the table with the tests that show it, and its verdict. Ends with 1 when a row has no
 * test, or one that does not pass. `--row W4` runs that row only, and `--full` the numbers that a row names, too.
 */
async function main(): Promise<number> {
  const order = read()
  if (typeof order === 'string') {
    stdout.write(`${order}\n`)
    return 2
  }
  const { verdicts, errors } = await judge(order.faults)
  for (const verdict of verdicts) print(verdict)
  for (const error of errors) stdout.write(`\n${error}\n`)
  const holding = verdicts.filter(({ holds }) => holds).length
  stdout.write(`\n${holding} of ${verdicts.length} rows hold\n`)
  const full = order.full ? await runFull(order.faults) : true
  return holding === verdicts.length && errors.length === 0 && full ? 0 : 1
}

/** @returns a sentence when the options are not understood. */
function read(): { faults: readonly Fault[]; full: boolean } | string {
  try {
    const { values } = parseArgs({
      options: { row: { type: 'string', multiple: true }, full: { type: 'boolean', default: false } },
    })
    const ids = values.row ?? FAULTS.map(({ id }) => id)
    const unknown = ids.filter((id) => !FAULTS.some((fault) => fault.id === id))
    if (unknown.length > 0) return `There is no row ${unknown.join(', ')}.`
    return { faults: FAULTS.filter(({ id }) => ids.includes(id)), full: values.full }
  } catch (error) {
    return (error as Error).message
  }
}

/** Milliseconds that a test and its preparation may take: a busy machine is no fault of the service. */
const PATIENCE = { testTimeout: 120_000, hookTimeout: 240_000 }

async function judge(faults: readonly Fault[]): Promise<{ verdicts: readonly Verdict[]; errors: Run['errors'] }> {
  const vitest = await createVitest('test', {
    watch: false,
    silent: true,
    includeTaskLocation: true,
    ...PATIENCE,
    reporters: [progressReporter()],
  })
  try {
    const named = await namedProofs(vitest)
    const { proofs, errors } = await runProofs(vitest, named, new Set(faults.map(({ id }) => id)))
    return { verdicts: faults.map((fault) => verdictOf(fault, named, proofs)), errors }
  } finally {
    await vitest.close()
  }
}

function print({ fault, holds, problems, proofs }: Verdict): void {
  const seconds = proofs.reduce((sum, { ms }) => sum + ms, 0) / 1000
  const head = `${fault.id.padEnd(4)} ${holds ? 'holds' : 'FAILS'}  ${fault.name}`
  stdout.write(`\n${head.padEnd(60)} ${proofs.length} tests, ${seconds.toFixed(1)} s\n`)
  stdout.write(`     ${fault.fault}\n     -> ${fault.expected}\n`)
  for (const place of new Set(proofs.map((proof) => proof.place))) {
    const there = proofs.filter((proof) => proof.place === place)
    stdout.write(`       ${String(there.length).padStart(3)} x ${place} ${there[0]?.name}\n`)
  }
  for (const problem of problems) stdout.write(`     PROBLEM ${problem}\n`)
}

main().then(exit, (error: unknown) => {
  stdout.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  exit(1)
})
