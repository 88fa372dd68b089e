import { isFailure, SyncError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { type Clock, type EpochMs, later } from '../../core/time.ts'
import { REQUEST_LIFETIME, type RequestKey } from '../../push/request-key.ts'
import { quarantine } from '../quarantine.ts'
import { insertOrReplace, type StoredRow, type Tables, type Write } from '../table.ts'
import { type AccountRows, accountsTable, type BindAccountRows } from './account-rows.ts'
import type { RequestRow } from './push-kinds.ts'
import { requestKey } from './row-keys.ts'

export type KeptRequest = RequestRow & { readonly etag: string }

/** What was answered to requests with an Idempotency-Key. Actions are kept by the action log, in their own commit. */
export interface RequestLog {
  /** What is kept of a request and the items of it, expired ones too. One table request. */
  find(account: string, name: string): Promise<readonly KeptRequest[]>
  /**
   * Keeps the answer to a request that stored no action.
   * @throws SyncError `REQUEST_REPEATED` when the request was answered meanwhile. `VALIDATION_FAILED`: too large to be kept.
   */
  keep(account: string, key: RequestKey, answer: NonNullable<RequestRow['answer']>): Promise<void>
}

export function createRequestLog(tables: Tables, bind: BindAccountRows, clock: Clock, log: Log): RequestLog {
  const table = accountsTable(tables)

  /** One that does not open is kept as evidence; the request fails, because to repeat it might do it twice. */
  const opened = (account: string, row: StoredRow): Promise<RequestRow> =>
    bind(account)
      .request.decode(row)
      .catch(async (error: unknown) => {
        if (isFailure(error, 'ROW_CORRUPT')) await quarantine(table, row, error, log)
        throw error
      })

  return {
    async find(account, name) {
      const kept: KeptRequest[] = []
      const first = requestKey(name)
      for await (const page of table.range(account, first, `${first}/`))
        for (const row of page) kept.push({ ...(await opened(account, row)), etag: row.etag })
      return kept
    },
    async keep(account, key, answer) {
      const write = await requestWrite(bind(account), key, { answer }, later(clock.now(), REQUEST_LIFETIME))
      await table.commit(account, [write]).catch((error: unknown) => {
        throw isFailure(error, 'ROW_EXISTS', 'ROW_CHANGED') ? requestRepeated() : error
      })
    },
  }
}

export const requestRepeated = () => new SyncError('REQUEST_REPEATED', 'the request was answered meanwhile')

/** The row of a request. When it ends is told in plain, so that it can be deleted without being opened. */
export async function requestWrite(
  rows: AccountRows,
  { name, fingerprint, item, replaces }: RequestKey,
  what: Pick<RequestRow, 'action' | 'answer'>,
  expires: EpochMs,
): Promise<Write> {
  const rowKey = requestKey(name, item)
  const sealed = await rows.request.encode(rowKey, { fingerprint, expires, item, ...what })
  return insertOrReplace(rowKey, { ...sealed, expires }, replaces)
}
