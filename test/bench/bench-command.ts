import { writeFile } from 'node:fs/promises'
import { stdout } from 'node:process'
import { parseOptions, UsageError } from '../../infra/usage-error.ts'
import { createProgress } from '../support/progress.ts'
import { runProof, wholeNumber } from '../support/proof-command.ts'
import { type Bench, isWithin, type Option, type Report } from './bench.ts'
import { createBuiltService } from './built-app.ts'
import { linesOf } from './print.ts'
import { NUMBERS, STUDIES } from './registry.ts'

// npm run bench -- [name ...] [--rounds 21] [--most 10000] [--quick] [--json bench.json]
const BENCHES: Readonly<Record<string, Bench>> = { ...NUMBERS, ...STUDIES }

const USAGE = [
  'npm run bench -- [name ...] [--rounds <number>] [--most <size>] [--quick] [--json <file>]',
  ...Object.entries(BENCHES).map(([name, { about }]) => `  ${name.padEnd(14)}${about}`),
].join('\n')

interface Order {
  readonly names: readonly string[]
  readonly rounds: number | undefined
  readonly most: number | undefined
  readonly quick: boolean
  readonly json: string | undefined
}

function options(): Order {
  const text = { type: 'string' } as const
  const { values, positionals } = parseOptions({
    options: { rounds: text, most: text, json: text, quick: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const unknown = positionals.find((name) => BENCHES[name] === undefined)
  if (unknown !== undefined) throw new UsageError(`There is no bench ${unknown}.`)
  const names = positionals.length > 0 ? positionals : Object.keys(NUMBERS)
  for (const option of OPTIONS) if (values[option] !== undefined) checkTaken(option, names)
  if (values.json === '') throw new UsageError('--json takes the name of a file')
  const number = (name: Option) => (values[name] === undefined ? undefined : wholeNumber(name, values[name]))
  return {
    names,
    rounds: number('rounds'),
    most: number('most'),
    ...{ quick: values.quick, json: values.json },
  }
}

const OPTIONS = ['rounds', 'most'] as const satisfies readonly Option[]

/** @throws UsageError when one of them would do the same without the option. */
function checkTaken(option: Option, names: readonly string[]): void {
  const takes = (name: string) => BENCHES[name]?.takes.includes(option) === true
  const other = names.find((name) => !takes(name))
  const others = Object.keys(BENCHES).filter(takes).join(', ')
  if (other !== undefined) throw new UsageError(`${other} takes no --${option}; these do: ${others}`)
}

async function main(): Promise<boolean> {
  const order = options()
  const reports = await runAll(order)
  if (order.json !== undefined) await writeFile(order.json, `${JSON.stringify(reports, undefined, 2)}\n`)
  const isMet = Object.values(reports).every(({ figures }) => figures.every(isWithin))
  // What a quick run measures means nothing.
  return isMet || order.quick
}

async function runAll({ names, quick, rounds, most }: Order): Promise<Readonly<Record<string, Report>>> {
  const service = createBuiltService()
  const reports: Record<string, Report> = {}
  try {
    for (const name of names) {
      const bench = BENCHES[name]
      if (bench === undefined) continue
      stdout.write(`${name}: ${bench.about}\n`)
      const progress = createProgress(name)
      const report = await bench.run({ quick, rounds, most, progress, app: service.folder }).finally(progress.end)
      reports[name] = report
      stdout.write(`${linesOf(report).join('\n')}\n\n`)
    }
    return reports
  } finally {
    await service.remove()
  }
}

runProof(USAGE, main)
