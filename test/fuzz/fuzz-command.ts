import { exit, stdout } from 'node:process'
import { parseArgs } from 'node:util'
import { createProgress } from '../support/progress.ts'
import { fuzz } from './fuzz.ts'
import { startInProcess } from './in-process.ts'
import { fuzzParsers } from './parsers/parsers-command.ts'
import { TARGETS } from './parsers/targets.ts'
import { startWhole } from './whole-system.ts'
import { fuzzWire, SUBJECTS } from './wire/wire-command.ts'

// npm run fuzz -- --requests 100000 --seed 3 [--whole]                                     the HTTP API
// npm run fuzz -- --parsers [--target graph-delta-page] --count 100000 [--minutes 10]      every parser, or one
// npm run fuzz -- --wire [--target amqp] --count 20000 [--minutes 10]                      servers, over their sockets
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    whole: { type: 'boolean', default: false },
    parsers: { type: 'boolean', default: false },
    wire: { type: 'boolean', default: false },
    target: { type: 'string', multiple: true },
    count: { type: 'string', default: '20000' },
    minutes: { type: 'string', default: '60' },
  },
})

function wrong(sentence: string): never {
  stdout.write(`${sentence}\n`)
  exit(2)
}

function number(name: 'requests' | 'seed' | 'count' | 'minutes'): number {
  const given = Number(values[name])
  return Number.isInteger(given) && given > 0 ? given : wrong(`--${name} must be a whole number above zero`)
}

/** An answer that takes longer hangs, in milliseconds. */
const SLOWEST = 1_000

async function fuzzApi(): Promise<boolean> {
  const order = { requests: number('requests'), seed: number('seed'), progress: createProgress('requests') }
  const target = values.whole ? await startWhole() : await startInProcess()
  const { statuses, failures, slowest } = await fuzz(target, order).finally(target.close)
  for (const [endpoint, counts] of Object.entries(statuses).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const list = Object.entries(counts).map(([status, count]) => `${status} x ${count}`)
    stdout.write(`${endpoint.padEnd(22)} ${list.join('   ')}\n`)
  }
  for (const failure of failures) stdout.write(`\n${failure}\n`)
  const total = Object.values(statuses)
    .flatMap(Object.values)
    .reduce((sum, count: number) => sum + count, 0)
  const took = `seed ${order.seed}, ${Math.round(process.uptime())} s`
  const hangs = slowest > SLOWEST ? `, longer than ${SLOWEST} ms` : ''
  stdout.write(
    `\n${total} requests, ${took}, ${failures.length} failures, the slowest ${Math.round(slowest)} ms${hangs}\n`,
  )
  return failures.length === 0 && hangs === ''
}

/** Those that `--target` names; all without it. */
function asked<Target extends { readonly name: string }>(all: readonly Target[]): readonly Target[] {
  const unknown = values.target?.find((one) => all.every(({ name }) => name !== one))
  if (unknown !== undefined) wrong(`${unknown} is none of ${all.map(({ name }) => name).join(', ')}`)
  return all.filter(({ name }) => values.target?.includes(name) ?? true)
}

const order = () => ({
  ...{ seed: number('seed'), count: number('count') },
  until: performance.now() + number('minutes') * 60_000,
})

function fuzzWhatIsAsked(): Promise<boolean> {
  if (values.wire) return fuzzWire({ subjects: asked(SUBJECTS), ...order() })
  if (values.parsers || values.target) return fuzzParsers({ targets: asked(TARGETS), ...order() })
  return fuzzApi()
}

exit((await fuzzWhatIsAsked()) ? 0 : 1)
