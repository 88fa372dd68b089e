import type { KeyOwner } from '../../crypto/ports.ts'
import type { SealedKind, SealedRows } from '../sealed-rows.ts'
import type { Properties, StoredRow, Tables } from '../table.ts'
import { ChannelRow } from './channel-kinds.ts'
import { CalendarRow, ChangeRow, EventRow, HeadRow, IndexRow, SeriesRow, TokenRow } from './kinds.ts'
import { ActionCounterRow, ActionRow, AgreementRow, RequestRow } from './push-kinds.ts'

const TABLE = 'accounts'

/** The kinds of rows in an account's partition, bound to one account's key. */
export interface AccountRows {
  readonly head: RowKind<typeof HeadRow>
  readonly token: RowKind<typeof TokenRow>
  readonly calendar: RowKind<typeof CalendarRow>
  readonly event: RowKind<typeof EventRow>
  readonly series: RowKind<typeof SeriesRow>
  readonly index: RowKind<typeof IndexRow>
  readonly change: RowKind<typeof ChangeRow>
  readonly action: RowKind<typeof ActionRow>
  readonly actionCounter: RowKind<typeof ActionCounterRow>
  readonly agreement: RowKind<typeof AgreementRow>
  readonly channel: RowKind<typeof ChannelRow>
  readonly request: RowKind<typeof RequestRow>
  /** A row of any kind, under the account's newest key; undefined when it is already. @throws SyncError `ROW_CORRUPT`. */
  reseal(row: StoredRow): Promise<Properties | undefined>
  /** Whether a row of any kind is what was sealed in its place. */
  opens(row: StoredRow): Promise<boolean>
  /** Loads the account's key while its rows are read. */
  prepare(): Promise<void>
}

interface RowKind<S extends { readonly _zod: { readonly output: unknown } }> {
  /** @param rowVersion for the rows whose versions the head keeps. */
  encode(rowKey: string, value: S['_zod']['output'], rowVersion?: number): Promise<Properties>
  /** @throws SyncError `ROW_CORRUPT`; a row that does not open is never treated as absent. */
  decode(row: StoredRow): Promise<S['_zod']['output']>
}

export type BindAccountRows = (account: string) => AccountRows

/** Registers the kinds once; binding to an account is free. */
export function createAccountRows(sealed: SealedRows): BindAccountRows {
  const kinds = {
    head: sealed.kind({ name: 'head', table: TABLE, schema: HeadRow, version: 1 }),
    token: sealed.kind({ name: 'token', table: TABLE, schema: TokenRow, version: 1 }),
    calendar: sealed.kind({ name: 'calendar', table: TABLE, schema: CalendarRow, version: 1 }),
    event: sealed.kind({ name: 'event', table: TABLE, schema: EventRow, version: 1 }),
    series: sealed.kind({ name: 'series', table: TABLE, schema: SeriesRow, version: 1 }),
    index: sealed.kind({ name: 'index', table: TABLE, schema: IndexRow, version: 1 }),
    change: sealed.kind({ name: 'change', table: TABLE, schema: ChangeRow, version: 1 }),
    action: sealed.kind({ name: 'action', table: TABLE, schema: ActionRow, version: 1 }),
    actionCounter: sealed.kind({ name: 'action-counter', table: TABLE, schema: ActionCounterRow, version: 1 }),
    agreement: sealed.kind({ name: 'agreement', table: TABLE, schema: AgreementRow, version: 1 }),
    channel: sealed.kind({ name: 'channel', table: TABLE, schema: ChannelRow, version: 1 }),
    request: sealed.kind({ name: 'request', table: TABLE, schema: RequestRow, version: 1 }),
  }
  return (account) => {
    const owner: KeyOwner = { kind: 'account', account }
    const bind = <T>(kind: SealedKind<T>) => ({
      encode: (rowKey: string, value: T, rowVersion?: number) => kind.encode(owner, account, rowKey, value, rowVersion),
      decode: (row: StoredRow) => kind.decode(owner, row),
    })
    return {
      head: bind(kinds.head),
      token: bind(kinds.token),
      calendar: bind(kinds.calendar),
      event: bind(kinds.event),
      series: bind(kinds.series),
      index: bind(kinds.index),
      change: bind(kinds.change),
      action: bind(kinds.action),
      actionCounter: bind(kinds.actionCounter),
      agreement: bind(kinds.agreement),
      channel: bind(kinds.channel),
      request: bind(kinds.request),
      reseal: (row) => sealed.reseal(owner, TABLE, row),
      opens: (row) => sealed.opens(owner, TABLE, row),
      prepare: () => sealed.prepare(account),
    }
  }
}

export const accountsTable = (tables: Tables) => tables.table(TABLE)
