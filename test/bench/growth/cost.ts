import { tableRequests } from '../../support/counted-tables.ts'
import { type ServiceFixture, startService } from '../../support/service.ts'
import { median } from '../statistics.ts'
import { recorded, weighed } from './watched-tables.ts'

/** What something took of our neighbours, and of this process. */
export interface Cost {
  /** Of Graph, tables and vault together. */
  readonly requests: number
  /** Read and written. */
  readonly rows: number
  /** Of rows as the table service counts them, and of Graph's answers. */
  readonly bytes: number
  /** Processor time. */
  readonly ms: number
}

export const MEASURES = ['requests', 'rows', 'bytes', 'ms'] as const satisfies readonly (keyof Cost)[]

export interface Measured {
  readonly fixture: ServiceFixture
  costOf(act: () => Promise<unknown>): Promise<Cost>
  /**
   * What the bare program takes for the last `costOf`: it sends the same requests once more, one after the other, and drops
   * the answers.
   * @param only of these alone.
   */
  bareCost(only?: Sent['kind']): Promise<Cost>
}

/** A request that was sent, to be sent again. */
interface Sent {
  readonly kind: 'read of Graph' | 'write to Graph' | 'tables' | 'receiver'
  again(): Promise<unknown>
}

/** The product in this process, with every byte counted and every request kept. */
export async function startMeasured(): Promise<Measured> {
  const seen: Seen = { sent: [], bytes: 0 }
  const keep = (again: Sent['again']) => seen.sent.push({ kind: 'tables', again })
  const weigh = (bytes: number) => {
    seen.bytes += bytes
  }
  const fixture = await startService({ throughTables: (tables) => recorded(weighed(tables, weigh), keep) })
  watchGraph(fixture, seen)
  const costOf = (act: () => Promise<unknown>) => difference(fixture, seen, act)
  return {
    fixture,
    costOf,
    bareCost(only) {
      const again = seen.sent.filter(({ kind }) => only === undefined || kind === only)
      return costOf(async () => {
        for (const one of again) await one.again()
      })
    },
  }
}

interface Seen {
  sent: Sent[]
  bytes: number
}

function watchGraph(fixture: ServiceFixture, seen: Seen): void {
  const ask = async (request: Request) => {
    const answer = await fixture.graph.fetch(request)
    seen.bytes += (await answer.clone().arrayBuffer()).byteLength
    return answer
  }
  fixture.intercept = (request) => {
    const copy = request.clone()
    const kind = request.method === 'GET' ? 'read of Graph' : 'write to Graph'
    seen.sent.push({ kind, again: () => ask(copy) })
    return ask(request)
  }
}

async function difference(fixture: ServiceFixture, seen: Seen, act: () => Promise<unknown>): Promise<Cost> {
  const { graph, receivers } = fixture
  seen.sent = []
  graph.requests.clear()
  const told = receivers.received.length
  const before = costSoFar(fixture, seen)
  await act()
  const after = costSoFar(fixture, seen)
  for (const { url, headers, text } of receivers.received.slice(told))
    seen.sent.push({ kind: 'receiver', again: () => receivers.post(url, headers, text) })
  return mapped((measure) => after[measure] - before[measure])
}

const costSoFar = ({ graph, counters, vaultRequests }: ServiceFixture, { bytes }: Seen): Cost => ({
  requests: graph.requests.list().length + tableRequests(counters) + vaultRequests(),
  rows: counters.rowsRead + counters.rowsWritten,
  bytes,
  ms: processorMs(),
})

function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const mapped = (of: (measure: keyof Cost) => number): Cost => ({
  requests: of('requests'),
  rows: of('rows'),
  bytes: of('bytes'),
  ms: of('ms'),
})

/** The middle of each measure. */
export const typical = (costs: readonly Cost[]): Cost => mapped((measure) => median(costs.map((cost) => cost[measure])))

/** What one of so many took. */
export const shareOf = (cost: Cost, count: number): Cost => mapped((measure) => cost[measure] / count)
