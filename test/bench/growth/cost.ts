import { rowBytes } from '../../../shared/storage/limits.ts'
import type { StoredRow, Tables, Write } from '../../../shared/storage/table.ts'
import { tableRequests } from '../../support/counted-tables.ts'
import { type ServiceFixture, startService } from '../../support/service.ts'
import { median } from '../statistics.ts'

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
}

/** The product in this process, with every byte counted. */
export async function startMeasured(): Promise<Measured> {
  const seen = { bytes: 0 }
  const fixture = await startService({ throughTables: (tables) => weighed(tables, seen) })
  fixture.intercept = async (sent) => {
    const answer = await fixture.graph.fetch(sent)
    seen.bytes += (await answer.clone().arrayBuffer()).byteLength
    return answer
  }
  const { counters, graph, vault } = fixture
  const now = () => ({
    requests: graph.requests.list().length + tableRequests(counters) + vault.operations.sign + vault.operations.unwrap,
    rows: counters.rowsRead + counters.rowsWritten,
    bytes: seen.bytes,
    ms: processorMs(),
  })
  return {
    fixture,
    async costOf(act) {
      graph.requests.clear()
      const before = now()
      await act()
      const after = now()
      return mapped((measure) => after[measure] - before[measure])
    },
  }
}

function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

export const mapped = (of: (measure: keyof Cost) => number): Cost => ({
  requests: of('requests'),
  rows: of('rows'),
  bytes: of('bytes'),
  ms: of('ms'),
})

/** The middle of each measure. */
export const typical = (costs: readonly Cost[]): Cost => mapped((measure) => median(costs.map((cost) => cost[measure])))

/** What one of so many took. */
export const shareOf = (cost: Cost, count: number): Cost => mapped((measure) => cost[measure] / count)

/** The same tables; the sizes of rows that are read or written are added up. */
function weighed(tables: Tables, seen: { bytes: number }): Tables {
  const weighRow = ({ partitionKey, rowKey, properties }: StoredRow) => {
    seen.bytes += rowBytes(partitionKey, rowKey, properties)
  }
  const weighWrite = (partitionKey: string, write: Write) => {
    seen.bytes += rowBytes(partitionKey, write.rowKey, write.kind === 'delete' ? {} : write.properties)
  }
  return {
    table(name) {
      const table = tables.table(name)
      return {
        name: table.name,
        async get(partitionKey, rowKey) {
          const row = await table.get(partitionKey, rowKey)
          if (row !== undefined) weighRow(row)
          return row
        },
        async *range(...asked) {
          for await (const page of table.range(...asked)) {
            for (const row of page) weighRow(row)
            yield page
          }
        },
        commit(partitionKey, writes) {
          for (const write of writes) weighWrite(partitionKey, write)
          return table.commit(partitionKey, writes)
        },
      }
    },
  }
}
