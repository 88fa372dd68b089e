import type { Log } from '../../core/log.ts'
import type { Window } from '../../events/window.ts'
import type { KnownSeries } from '../../pull/knowledge.ts'
import type { Action } from '../../push/action.ts'
import type { Agreement } from '../../push/agreement.ts'
import { openOrQuarantine } from '../quarantine.ts'
import type { StoredRow, Tables } from '../table.ts'
import { accountsTable, type BindAccountRows } from './account-rows.ts'
import type { Events, Slice } from './events.ts'
import type { EventRow } from './kinds.ts'
import type { RequestRow } from './push-kinds.ts'
import { rangeOf } from './row-keys.ts'

/** Everything an account holds beside its state rows, a page at a time. A row that does not open is logged and left out. */
export interface AccountRecords {
  /** Each event once, as it is now, with those that are marked as deleted. */
  events(account: string, kept: Window): AsyncIterable<readonly EventRow[]>
  series(account: string): AsyncIterable<readonly KnownSeries[]>
  actions(account: string): AsyncIterable<readonly Action[]>
  agreements(account: string): AsyncIterable<readonly Agreement[]>
  /** Answers that are kept for requests with an Idempotency-Key. */
  requests(account: string): AsyncIterable<readonly RequestRow[]>
}

/** Events looked at together: each look reads a page of every month, so that few looks are cheap and many are small. */
const EVENTS_AT_ONCE = 4000

export function createAccountRecords(
  tables: Tables,
  bind: BindAccountRows,
  events: Pick<Events, 'between'>,
  log: Log,
): AccountRecords {
  const table = accountsTable(tables)

  async function* each<T>(account: string, prefix: string, decode: (row: StoredRow) => Promise<T>) {
    const open = (row: StoredRow) => openOrQuarantine({ table, log }, row, decode)
    for await (const page of table.range(account, ...rangeOf(prefix)))
      yield (await Promise.all(page.map(open))).filter((one) => one !== undefined)
  }

  return {
    async *events(account, kept) {
      let after: string | undefined = ''
      while (after !== undefined) {
        const slice: Slice = await events.between({ account, kept, after, most: EVENTS_AT_ONCE }, kept, true)
        yield slice.events
        after = slice.end
      }
    },
    series: (account) => each(account, 'series', bind(account).series.decode),
    actions: (account) => each(account, 'action', bind(account).action.decode),
    agreements: (account) => each(account, 'agreement', bind(account).agreement.decode),
    requests: (account) => each(account, 'request', bind(account).request.decode),
  }
}
