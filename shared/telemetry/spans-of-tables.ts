import type { SpanOptions, Telemetry } from '../core/telemetry.ts'
import type { StoredRow, Table, Tables } from '../storage/table.ts'

const CLIENT = { kind: 'client' } as const satisfies SpanOptions

/** Tables whose every request has a span: `get accounts`, `range accounts` for each page, `commit accounts`. */
export const tablesInSpans = (tables: Tables, telemetry: Telemetry): Tables => ({
  table: (name) => tableInSpans(tables.table(name), telemetry),
})

const tableInSpans = (table: Table, telemetry: Telemetry): Table => ({
  name: table.name,
  get: (partitionKey, rowKey) => telemetry.span(`get ${table.name}`, CLIENT, () => table.get(partitionKey, rowKey)),
  range: (...asked) => pagesInSpans(table.range(...asked), `range ${table.name}`, telemetry),
  commit: (partitionKey, writes) =>
    telemetry.span(`commit ${table.name}`, { ...CLIENT, facts: { writes: writes.length } }, () =>
      table.commit(partitionKey, writes),
    ),
})

async function* pagesInSpans(
  pages: AsyncIterable<readonly StoredRow[]>,
  name: string,
  telemetry: Telemetry,
): AsyncGenerator<readonly StoredRow[]> {
  const iterator = pages[Symbol.asyncIterator]()
  try {
    for (;;) {
      const page = await telemetry.span(name, CLIENT, async (span) => {
        const next = await iterator.next()
        if (next.done) span.drop()
        else span.note({ rows: next.value.length })
        return next
      })
      if (page.done) return
      yield page.value
    }
  } finally {
    await iterator.return?.()
  }
}
