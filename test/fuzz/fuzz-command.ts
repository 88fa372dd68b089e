import { stdout } from 'node:process'
import { parseOptions, UsageError } from '../../infra/usage-error.ts'
import { createProgress } from '../support/progress.ts'
import { runProof, wholeNumber } from '../support/proof-command.ts'
import { fuzz, type Report } from './fuzz.ts'
import { startInProcess } from './in-process.ts'
import { fuzzPages } from './pages/fuzz-pages.ts'
import { fuzzParsers } from './parsers/parsers-command.ts'
import { TARGETS } from './parsers/targets.ts'
import { startWhole } from './whole-system.ts'
import { fuzzWire, SUBJECTS } from './wire/wire-command.ts'

// npm run fuzz -- --requests 100000 --seed 3 [--whole]                                     the HTTP API
// npm run fuzz -- --pages --requests 10000 --seed 3                                        our pages and callbacks
// npm run fuzz -- --parsers [--target graph-delta-page] --count 100000 [--minutes 10]      every parser, or one
// npm run fuzz -- --wire [--target amqp] --count 20000 [--minutes 10]                      servers, over their sockets
const USAGE =
  'npm run fuzz -- [--whole] [--requests 10000] | --pages [--requests 10000] | --parsers | --wire [--target NAME]... [--count 20000] [--minutes 60]; [--seed 1]'

function options() {
  const text = (value: string) => ({ type: 'string', default: value }) as const
  const flag = { type: 'boolean', default: false } as const
  const { values } = parseOptions({
    options: {
      ...{ requests: text('10000'), seed: text('1'), count: text('20000'), minutes: text('60') },
      ...{ whole: flag, pages: flag, parsers: flag, wire: flag, target: { type: 'string', multiple: true } },
    },
  })
  const number = (name: 'requests' | 'seed' | 'count' | 'minutes') => wholeNumber(name, values[name])
  return {
    ...values,
    ...{ requests: number('requests'), seed: number('seed'), count: number('count'), minutes: number('minutes') },
  }
}
type Options = ReturnType<typeof options>

/** An answer that takes longer hangs, in milliseconds. */
const SLOWEST = 1_000

async function fuzzApi({ requests, seed, whole, pages }: Options): Promise<boolean> {
  const order = { requests, seed, progress: createProgress('requests') }
  if (pages) {
    const target = await startWhole()
    return isGood(await fuzzPages(target, order).finally(target.close), seed)
  }
  const target = whole ? await startWhole() : await startInProcess()
  return isGood(await fuzz(target, order).finally(target.close), seed)
}

/** Tells what came of it. @returns whether nothing was wrong or hung. */
function isGood({ statuses, failures, slowest }: Report, seed: number): boolean {
  for (const [endpoint, counts] of Object.entries(statuses).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const list = Object.entries(counts).map(([status, count]) => `${status} x ${count}`)
    stdout.write(`${endpoint.padEnd(44)} ${list.join('   ')}\n`)
  }
  for (const failure of failures) stdout.write(`\n${failure}\n`)
  const total = Object.values(statuses)
    .flatMap(Object.values)
    .reduce((sum, count: number) => sum + count, 0)
  const took = `seed ${seed}, ${Math.round(process.uptime())} s`
  const hangs = slowest > SLOWEST ? `, longer than ${SLOWEST} ms` : ''
  stdout.write(
    `\n${total} requests, ${took}, ${failures.length} failures, the slowest ${Math.round(slowest)} ms${hangs}\n`,
  )
  return failures.length === 0 && hangs === ''
}

/** Those that `--target` names; all without it. */
function asked<Target extends { readonly name: string }>({ target }: Options, all: readonly Target[]) {
  const unknown = target?.find((one) => all.every(({ name }) => name !== one))
  if (unknown !== undefined) throw new UsageError(`${unknown} is none of ${all.map(({ name }) => name).join(', ')}`)
  return all.filter(({ name }) => target?.includes(name) ?? true)
}

async function main(): Promise<boolean> {
  const order = options()
  const limits = { seed: order.seed, count: order.count, until: performance.now() + order.minutes * 60_000 }
  if (order.wire) return fuzzWire({ subjects: asked(order, SUBJECTS), ...limits })
  if (order.parsers || order.target) return fuzzParsers({ targets: asked(order, TARGETS), ...limits })
  return fuzzApi(order)
}

runProof(USAGE, main)
