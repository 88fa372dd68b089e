import { stdout } from 'node:process'
import { createVitest } from 'vitest/node'
import { parseOptions, UsageError } from '../../infra/usage-error.ts'
import { runProof } from '../support/proof-command.ts'
import type { Fault } from './fault.ts'
import { FAULTS } from './faults.ts'
import { runFull } from './full.ts'
import { namedProofs } from './proofs.ts'
import { progressReporter, type Run, runProofs } from './run.ts'
import { sizeHere, sizeInFull } from './sizes.ts'
import { type Verdict, verdictOf } from './verdict.ts'

const USAGE = 'npm run faults -- [--row W4]... [--full]'

/**
 * `npm run faults`: every row of the table with the tests that show it, and its verdict. It fails when a row has no
 * test, or one that does not pass. `--row W4` runs that row only, and `--full` the numbers that a row names, too.
 */
async function main(): Promise<boolean> {
  const order = options()
  const { verdicts, errors } = await judge(order.faults)
  for (const verdict of verdicts) print(verdict)
  for (const error of errors) stdout.write(`\n${error}\n`)
  const holding = verdicts.filter(({ holds }) => holds).length
  stdout.write(`\n${holding} of ${verdicts.length} rows hold\n`)
  const full = order.full ? await runFull(order.faults) : true
  return holding === verdicts.length && errors.length === 0 && full
}

function options(): { faults: readonly Fault[]; full: boolean } {
  const { values } = parseOptions({
    options: { row: { type: 'string', multiple: true }, full: { type: 'boolean', default: false } },
  })
  const ids = values.row ?? FAULTS.map(({ id }) => id)
  const unknown = ids.filter((id) => !FAULTS.some((fault) => fault.id === id))
  if (unknown.length > 0) throw new UsageError(`There is no row ${unknown.join(', ')}.`)
  return { faults: FAULTS.filter(({ id }) => ids.includes(id)), full: values.full }
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
  const size = sizeHere(fault.id)
  if (size !== undefined) stdout.write(`     here with ${size}; with --full ${sizeInFull(fault.id)}\n`)
  for (const place of new Set(proofs.map((proof) => proof.place))) {
    const there = proofs.filter((proof) => proof.place === place)
    stdout.write(`       ${String(there.length).padStart(3)} x ${place} ${there[0]?.name}\n`)
  }
  for (const problem of problems) stdout.write(`     PROBLEM ${problem}\n`)
}

runProof(USAGE, main)
