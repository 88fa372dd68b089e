import { readFile } from 'node:fs/promises'
import { argv, env, exit, stdout } from 'node:process'
import { type Document, readDocument } from './document.ts'
import { type Difference, judge, judgeNotifications } from './judge.ts'
import { type Recorder, startRecorder } from './recorder.ts'
import { takeTour } from './tour.ts'

const OFFSET = Number(env['LOCAL_PORT_OFFSET'] ?? 300)

interface Row {
  product: number
  tour: number
  readonly statuses: Set<number>
  readonly differences: Difference[]
}

/** `npm run graph-conformance -- <openapi.json>`: does the talk between the product and Graph follow the document? */
async function main(path: string | undefined): Promise<void> {
  if (path === undefined) throw new Error('name the OpenAPI document')
  const document = readDocument(JSON.parse(await readFile(path, 'utf8')))
  const recorder = await startRecorder()
  try {
    await takeTour(recorder, OFFSET)
  } finally {
    await recorder.close()
  }
  const rows = compare(document, recorder)
  for (const [operation, row] of [...rows].sort(([a], [b]) => a.localeCompare(b))) stdout.write(line(operation, row))
  const all = [...rows.values()].flatMap(({ differences }) => differences)
  const open = all.filter(({ reason }) => reason === undefined)
  explain(all)
  const { length } = recorder.exchanges
  stdout.write(`\n${length} exchanges, ${all.length - open.length} differences explained, ${open.length} not\n`)
  exit(open.length === 0 && length > 0 ? 0 : 1)
}

function compare(document: Document, { exchanges, notifications }: Recorder): Map<string, Row> {
  const rows = new Map<string, Row>()
  const rowOf = (operation: string): Row => {
    const row = rows.get(operation) ?? { product: 0, tour: 0, statuses: new Set(), differences: [] }
    rows.set(operation, row)
    return row
  }
  for (const exchange of exchanges) {
    const { operation, differences } = judge(document, exchange)
    const row = rowOf(operation)
    row[exchange.source] += 1
    row.statuses.add(exchange.status)
    row.differences.push(...differences)
  }
  for (const body of notifications) {
    const row = rowOf('change notifications')
    row.tour += 1
    row.differences.push(...judgeNotifications(document, body))
  }
  return rows
}

function line(operation: string, { product, tour, statuses, differences }: Row): string {
  const open = differences.some(({ reason }) => reason === undefined)
  const verdict = open ? 'DIFFERS' : differences.length > 0 ? 'explained' : 'ok'
  const counts = `product ${String(product).padStart(3)}  tour ${String(tour).padStart(2)}`
  return `${verdict.padEnd(9)}  ${counts}  ${operation}  [${[...statuses].sort().join(' ')}]\n`
}

/** Each kind of difference once. */
function explain(differences: readonly Difference[]): void {
  const kinds = new Map<string, number>()
  for (const { operation, side, what, reason } of differences) {
    const text = `${reason === undefined ? `${operation}, ${side}: ${what}` : `explained, ${side}: ${what}: ${reason}`}`
    kinds.set(text, (kinds.get(text) ?? 0) + 1)
  }
  if (kinds.size > 0) stdout.write('\n')
  for (const [text, times] of kinds) stdout.write(`${String(times).padStart(4)} x ${text}\n`)
}

main(argv[2]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  exit(1)
})
