import { writeFile } from 'node:fs/promises'
import { argv, exit, stderr, stdout } from 'node:process'
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { createProgress } from '../support/progress.ts'
import { type Bench, isWithin, type Report } from './bench.ts'
import { createBuiltService } from './built-app.ts'
import { linesOf } from './print.ts'
import { NUMBERS, STUDIES } from './registry.ts'

// npm run bench -- [name ...] [--rounds 21] [--quick] [--json bench.json]
const BENCHES: Readonly<Record<string, Bench>> = { ...NUMBERS, ...STUDIES }

const Options = z.object({
  rounds: z.coerce.number().int().positive().optional(),
  quick: z.boolean().default(false),
  json: z.string().min(1).optional(),
})

interface Asked extends z.infer<typeof Options> {
  readonly names: readonly string[]
}

/** @returns undefined when what was asked for cannot be done; why is said. */
function asked(args: readonly string[]): Asked | undefined {
  const text = { type: 'string' } as const
  try {
    const options = { rounds: text, json: text, quick: { type: 'boolean' } } as const
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    const unknown = positionals.find((name) => BENCHES[name] === undefined)
    if (unknown !== undefined) throw new Error(`There is no bench ${unknown}.`)
    return { ...Options.parse(values), names: positionals.length > 0 ? positionals : Object.keys(NUMBERS) }
  } catch (error) {
    const why = error instanceof z.ZodError ? 'A number of rounds is 1 or more.' : (error as Error).message
    const list = Object.entries(BENCHES).map(([name, { about }]) => `  ${name.padEnd(14)}${about}`)
    const usage = 'npm run bench -- [name ...] [--rounds <number>] [--quick] [--json <file>]'
    stderr.write(`${[why, usage, ...list].join('\n')}\n`)
    return undefined
  }
}

async function main(): Promise<number> {
  const order = asked(argv.slice(2))
  if (order === undefined) return 2
  const reports = await runAll(order)
  if (order.json !== undefined) await writeFile(order.json, `${JSON.stringify(reports, undefined, 2)}\n`)
  const isMet = Object.values(reports).every(({ figures }) => figures.every(isWithin))
  // What a quick run measures means nothing.
  return isMet || order.quick ? 0 : 1
}

async function runAll({ names, quick, rounds }: Asked): Promise<Readonly<Record<string, Report>>> {
  const service = createBuiltService()
  const reports: Record<string, Report> = {}
  try {
    for (const name of names) {
      const bench = BENCHES[name]
      if (bench === undefined) continue
      stdout.write(`${name}: ${bench.about}\n`)
      const progress = createProgress(name)
      const report = await bench.run({ quick, rounds, progress, app: service.folder }).finally(progress.end)
      reports[name] = report
      stdout.write(`${linesOf(report).join('\n')}\n\n`)
    }
    return reports
  } finally {
    await service.remove()
  }
}

main().then(exit, (error: unknown) => {
  stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  exit(1)
})
