import type { ResealPace } from '../../accounts/renew-key.ts'
import { later } from '../../core/time.ts'
import { openOrQuarantine } from '../quarantine.ts'
import type { StoredRow, Write } from '../table.ts'
import type { AtomicGroup } from './batches.ts'
import { justAfter } from './event-slices.ts'
import { headKey } from './row-keys.ts'
import type { Resealing } from './row-versions.ts'
import type { Commit, SessionState } from './session.ts'

/** The copies that are kept as evidence sort behind this; they open in their old place or not at all. */
const AFTER_ROWS = '~'

/**
 * Goes through the account's rows and seals again what is under an older key, by each row's etag, so that a write in
 * between is never lost. How far it came is kept in the head; a newer key begins anew.
 * @returns whether a whole pass found nothing under an older key, begun `settling` after the last one that did.
 * @throws SyncError `ROW_CHANGED` when somebody wrote meanwhile; what was done until then is done.
 */
export async function resealRows(
  state: SessionState,
  commit: Commit,
  { now, generation, deadline, settling }: ResealPace,
): Promise<boolean> {
  const { account, table, head } = state
  const note = (groups: readonly AtomicGroup[], reseal: Resealing | undefined) =>
    commit(groups, { ...state.head, reseal })
  const first: Resealing = { generation, after: '', hasFound: false, notBefore: now() }
  let pass = head.reseal?.generation === generation ? head.reseal : first
  if (now() < pass.notBefore) return false
  for await (const page of table.range(account, justAfter(pass.after), AFTER_ROWS)) {
    const groups = await older(state, page)
    pass = { ...pass, after: page.at(-1)?.rowKey ?? pass.after, hasFound: pass.hasFound || groups.length > 0 }
    if (groups.length > 0 || now() >= deadline) await note(groups, pass)
    if (now() >= deadline) return false
  }
  const isDone = !pass.hasFound
  const next = { ...first, notBefore: later(now(), settling) }
  await note([], isDone ? undefined : next)
  return isDone
}

/** The head is left out: the commit that follows seals it anyway. */
async function older(state: SessionState, page: readonly StoredRow[]): Promise<AtomicGroup[]> {
  const groups: AtomicGroup[] = []
  for (const row of page) {
    // What does not open under the key it names opens under none.
    const properties = row.rowKey === headKey ? undefined : await openOrQuarantine(state, row, state.rows.reseal)
    const { rowKey, etag } = row
    if (properties !== undefined) groups.push([{ kind: 'replace', rowKey, etag, properties } satisfies Write])
  }
  return groups
}
