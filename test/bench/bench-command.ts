import { argv, exit, stdout } from 'node:process'
import { parseArgs } from 'node:util'
import { LIMIT, measureColdStarts } from './loading/cold-start.ts'

/** Ratios of what the service takes to what nobody can do without, measured in one run. */
const BENCHES: Readonly<Record<string, (args: readonly string[]) => Promise<boolean>>> = { 'cold-start': coldStart }

/** `npm run bench -- cold-start --rounds 21` */
async function coldStart(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({ args: [...args], options: { rounds: { type: 'string', default: '21' } } })
  const all = await measureColdStarts(Number(values.rounds))
  const cells = (...texts: readonly string[]) => stdout.write(`${texts.map((text) => text.padStart(11)).join('')}\n`)
  cells('', 'functions', 'start ms', 'spread ms', 'load ms', 'heap MB', 'ratio')
  for (const { app, functions, startMs, spreadMs, loadMs, heapMb, ratio } of all)
    cells(app, String(functions), ...[startMs, spreadMs, loadMs, heapMb].map((n) => n.toFixed(1)), ratio.toFixed(2))
  const bundled = all.find(({ app }) => app === 'bundled')
  const isWithin = bundled !== undefined && bundled.ratio <= LIMIT
  stdout.write(`${isWithin ? 'within' : 'ABOVE'} ${LIMIT}, from the start of the process to the last registration\n`)
  return isWithin
}

const [name = '', ...args] = argv.slice(2)
const bench = BENCHES[name]
if (bench === undefined) {
  stdout.write(`npm run bench -- ${Object.keys(BENCHES).join(' | ')}\n`)
  exit(2)
}
exit((await bench(args)) ? 0 : 1)
