import { argv, exit, stdout } from 'node:process'
import { parseArgs } from 'node:util'
import { LIMIT, measureColdStarts } from './loading/cold-start.ts'

/** Ratios of what the service takes to what nobody can do without, measured in one run. */
const BENCHES: Readonly<Record<string, (args: readonly string[]) => Promise<boolean>>> = { 'cold-start': coldStart }

/** `npm run bench -- cold-start --rounds 21` */
async function coldStart(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({ args: [...args], options: { rounds: { type: 'string', default: '21' } } })
  const all = await measureColdStarts(Number(values.rounds))
  const cells = (...texts: readonly string[]) => stdout.write(`${texts.map((text) => text.padStart(12)).join('')}\n`)
  cells('', 'functions', 'start ms', 'spread ms', 'load ms', 'ready ms', 'heap MB', 'load ratio', 'start ratio')
  for (const { app, functions, startMs, spreadMs, loadMs, readyMs, heapMb, loadRatio, startRatio } of all)
    cells(
      app,
      String(functions),
      ...[startMs, spreadMs, loadMs, readyMs, heapMb].map((n) => n.toFixed(1)),
      loadRatio.toFixed(2),
      startRatio.toFixed(2),
    )
  const bundled = all.find(({ app }) => app === 'bundled')
  const isWithin = bundled !== undefined && bundled.loadRatio <= LIMIT
  stdout.write(`${isWithin ? 'within' : 'ABOVE'} ${LIMIT}, from the first import to the last registration\n`)
  return isWithin
}

const [name = '', ...args] = argv.slice(2)
const bench = BENCHES[name]
if (bench === undefined) {
  stdout.write(`npm run bench -- ${Object.keys(BENCHES).join(' | ')}\n`)
  exit(2)
}
exit((await bench(args)) ? 0 : 1)
