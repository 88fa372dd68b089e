import { type EpochMs, epochMs, later, minutes } from '../../core/time.ts'
import type { AccountHead } from '../../pull/state.ts'
import { findOld } from './old-rows.ts'
import { actionKey, actionNumberOf, changeKey, changeNumberOf } from './row-keys.ts'
import type { SessionState } from './session.ts'

/** Longer than the change log is read beyond what is asked for, and than clocks differ. */
const MARGIN = minutes(10)

/** The actions and the entries of the change log that may go, and what the head says when they have gone. */
export async function oldRowsOf(
  { account, table, rows, head, channels }: SessionState,
  before: { readonly actions: EpochMs; readonly changes: EpochMs },
) {
  const actions = await findOld(
    {
      ...{ table, account, range: (from, to) => [actionKey(from), actionKey(to)] },
      numberOf: ({ rowKey }) => actionNumberOf(rowKey),
      endOf: async (row) => (await rows.action.decode(row)).finishedAt,
    },
    head.actionsKeptFrom ?? 1,
    head.settledActions + 1,
    before.actions,
  )
  // What a channel has not been told is kept for it, and what may not be written yet for everybody.
  const untold = channels.flatMap(({ channel }) => (channel.closed === undefined ? channel.told.nextChange : []))
  const changes = await findOld(
    {
      ...{ table, account, range: (from, to) => [changeKey(to - 1), `${changeKey(from)}~`] },
      numberOf: ({ rowKey }) => changeNumberOf(rowKey),
      endOf: async (row) => (await rows.change.decode(row)).at,
    },
    head.changesKeptFrom ?? 0,
    Math.min(head.nextChange, head.unwrittenFrom ?? head.nextChange, ...untold),
    before.changes,
  )
  const forgotten: Partial<AccountHead> = {
    actionsKeptFrom: actions.keptFrom,
    changesKeptFrom: changes.keptFrom,
    ...(changes.lastEnd !== undefined && {
      changesForgottenAt: epochMs(Math.max(head.changesForgottenAt ?? 0, later(changes.lastEnd, MARGIN))),
    }),
  }
  return { actions: actions.rowKeys, changes: changes.rowKeys, head: forgotten }
}
