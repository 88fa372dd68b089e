import { isFailure } from '../core/errors.ts'
import type { Telemetry } from '../core/telemetry.ts'
import { type Clock, elapsed } from '../core/time.ts'
import type { Table, Tables } from '../storage/table.ts'

interface Measuring {
  readonly telemetry: Telemetry
  readonly clock: Clock
}

/** The same tables, with the time that each request takes. A page of a range is a request. */
export const measuredTables = (tables: Tables, measuring: Measuring): Tables => ({
  table: (name) => measuredTable(tables.table(name), measuring),
})

function measuredTable(table: Table, { telemetry, clock }: Measuring): Table {
  async function timed<Result>(
    operation: string,
    send: () => Promise<Result>,
    isAnswer = (_: Result) => true,
  ): Promise<Result> {
    const began = clock.now()
    const told = (outcome: string) =>
      telemetry.record('tables.duration', { operation, outcome }, elapsed(began, clock.now()))
    try {
      const result = await send()
      if (isAnswer(result)) told('ok')
      return result
    } catch (error) {
      told(isFailure(error, 'ROW_CHANGED', 'ROW_EXISTS') ? 'changed' : 'failed')
      throw error
    }
  }
  return {
    name: table.name,
    get: (partitionKey, rowKey) => timed('get', () => table.get(partitionKey, rowKey)),
    async *range(...asked) {
      const pages = table.range(...asked)[Symbol.asyncIterator]()
      try {
        for (;;) {
          const page = await timed(
            'range',
            () => pages.next(),
            ({ done }) => done !== true,
          )
          if (page.done === true) return
          yield page.value
        }
      } finally {
        await pages.return?.()
      }
    },
    commit: (partitionKey, writes) => timed('commit', () => table.commit(partitionKey, writes)),
  }
}
