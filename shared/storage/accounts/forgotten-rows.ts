import { type EpochMs, epochMs, later, minutes } from '../../core/time.ts'
import type { AccountHead } from '../../pull/state.ts'
import { isExpired } from '../forget-rows.ts'
import type { StoredRow } from '../table.ts'
import { type AtomicGroup, packCommits } from './batches.ts'
import { findOld } from './old-rows.ts'
import { actionKey, actionNumberOf, changeKey, changeNumberOf, rangeOf } from './row-keys.ts'
import type { Commit, SessionState } from './session.ts'

/** Longer than the change log is read beyond what is asked for, and than clocks differ. */
const MARGIN = minutes(10)

/** Deletes the event rows of these months; nothing is kept of what was before `keptFrom` from then on. */
export async function forgetMonths(
  state: SessionState,
  commit: Commit,
  months: readonly string[],
  keptFrom: string,
): Promise<void> {
  const { account, table, names } = state
  for (const month of months)
    for await (const page of table.range(account, ...rangeOf(`event.${names.month(month)}`)))
      await commit(page.map(deletion), state.head)
  await commit([], { ...state.head, keptFrom })
}

/**
 * Deletes kept requests that are over, and the actions and entries of the change log that were done with before that. Where
 * the next look begins moves on when all of them are gone.
 */
export async function forgetOld(state: SessionState, commit: Commit, now: EpochMs, before: Before): Promise<void> {
  const { account, table } = state
  const groups: AtomicGroup[] = []
  for await (const page of table.range(account, ...rangeOf('request')))
    groups.push(...page.filter((row) => isExpired(row, now)).map(deletion))
  const { actions, changes, head } = await oldRowsOf(state, before)
  for (const rowKey of [...actions, ...changes]) groups.push([{ kind: 'delete', rowKey }])
  const isOneCommit = packCommits(groups).length === 1
  // Nobody is told of less than what is there.
  if (!isOneCommit)
    await commit(groups, {
      ...state.head,
      changesForgottenAt: head.changesForgottenAt ?? state.head.changesForgottenAt,
    })
  await commit(isOneCommit ? groups : [], { ...state.head, ...head, requestsForgottenAt: now })
}

const deletion = ({ rowKey, etag }: StoredRow): AtomicGroup => [{ kind: 'delete', rowKey, etag }]

interface Before {
  readonly actions: EpochMs
  readonly changes: EpochMs
}

/** The actions and the entries of the change log that may go, and what the head says when they have gone. */
async function oldRowsOf({ account, table, rows, head, channels }: SessionState, before: Before) {
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
