import { OLDEST_BACKUP_DAYS } from '../backup/oldest.ts'
import { isFailure, SyncError } from '../core/errors.ts'
import { retryWhenChanged } from '../core/retry-when-changed.ts'
import { days, type EpochMs, earlier } from '../core/time.ts'
import type { Envelope } from '../crypto/ports.ts'
import { grantedAt } from '../integrators/grant.ts'
import { UNRESTRICTED } from '../organisations/organisation.ts'
import type { OrganisationStore } from '../organisations/ports.ts'
import type { LedgerEntry } from '../storage/ledger/ledger.ts'
import { bury, type ErasureDependencies, readable } from './erasure.ts'

export interface ReplayDependencies extends ErasureDependencies {
  readonly envelope: Pick<Envelope, 'eraseAccountKey'>
  readonly organisations: Pick<OrganisationStore, 'named' | 'save' | 'beginTask'>
}

/** What a replay has done. */
export interface Replayed {
  readonly accounts: number
  readonly grants: number
  /** Entries of the ledger that are not ours. */
  readonly forged: number
}

/** What was noted before that was done in every backup, also where the app is started a month after it was put back. */
const REACH = days(OLDEST_BACKUP_DAYS + 30)
/** Subjects that are seen to at once; the host gives all of it five minutes. */
const AT_ONCE = 16

/**
 * Erases and revokes once more what the ledger says, in data that was restored from a backup, and only then lets the
 * service go on. Goes back as far as any backup does, and not to this one, because a backup is no single moment; an
 * account that was connected after its erasure is another one, and stays, without the consents from before. Safe to
 * repeat.
 * @throws SyncError `KEY_MISSING` when no entry is ours: they were made with a root secret that has been lost since.
 */
export async function replayLedger(dependencies: ReplayDependencies): Promise<Replayed> {
  const { ledger, audit, clock, log } = dependencies
  const done = { accounts: 0, grants: 0, forged: 0 }
  let ours = 0
  const since = earlier(clock.now(), REACH)
  for await (const page of ledger.entries()) {
    const forged = page.filter(({ kind }) => kind === 'forged').length
    done.forged += forged
    ours += page.length - forged
    const subjects = subjectsIn(page.flatMap((entry) => toBeDoneAgain(dependencies, entry, since)))
    for (let at = 0; at < subjects.length; at += AT_ONCE)
      await Promise.all(subjects.slice(at, at + AT_ONCE).map((entries) => doAgain(dependencies, entries, done)))
  }
  if (done.forged > 0 && ours === 0)
    throw new SyncError('KEY_MISSING', 'no entry of the ledger is ours: the key record of its day is gone', {
      facts: { forged: done.forged },
    })
  await audit.record({ act: 'ledger-replayed', actor: { kind: 'service' }, facts: { ...done } })
  await ledger.caughtUp(clock.now())
  log('warn', 'ledger-replayed', { ...done })
  return done
}

type Noted = LedgerEntry | { readonly kind: 'forged'; readonly rowKey: string }

function toBeDoneAgain({ log }: ReplayDependencies, entry: Noted, since: EpochMs): readonly LedgerEntry[] {
  if (entry.kind !== 'forged') return entry.at < since ? [] : [entry]
  log('error', 'ledger-entry-forged', { rowKey: entry.rowKey })
  return []
}

/** The entries about each account, grant and organisation, in their order. Of rows that two of these share each only deletes. */
function subjectsIn(entries: readonly LedgerEntry[]): readonly (readonly LedgerEntry[])[] {
  const subjects = new Map<string, LedgerEntry[]>()
  for (const entry of entries) {
    const subject = subjectOf(entry)
    const known = subjects.get(subject)
    if (known === undefined) subjects.set(subject, [entry])
    else known.push(entry)
  }
  return [...subjects.values()]
}

const subjectOf = (entry: LedgerEntry): string =>
  entry.kind === 'grant'
    ? `${entry.ref.account} ${entry.ref.id}`
    : entry.kind === 'account'
      ? entry.account
      : entry.organisation

async function doAgain(
  dependencies: ReplayDependencies,
  entries: readonly LedgerEntry[],
  done: { accounts: number; grants: number },
): Promise<void> {
  for (const entry of entries)
    if (entry.kind === 'grant') {
      await dependencies.grants.delete(entry.ref)
      done.grants++
    } else if (entry.kind === 'organisation') await uninstallAgain(dependencies, entry).catch(keepOutOfTheWay)
    else if (await eraseAgain(dependencies, entry)) done.accounts++
}

type Uninstalled = Extract<LedgerEntry, { kind: 'organisation' }>

/** Its accounts are in the ledger too; the timer ends those that are not. One that was installed since stays. */
async function uninstallAgain(
  { organisations, clock }: ReplayDependencies,
  { organisation, at }: Uninstalled,
): Promise<void> {
  await retryWhenChanged(async () => {
    const found = await organisations.named(organisation)
    if (found?.value.state !== 'installed' || found.value.installedAt > at) return
    await organisations.beginTask(found.value.tenantId, clock.now())
    await organisations.save({ ...found.value, state: 'uninstalling', restriction: UNRESTRICTED }, found)
  })
}

/** A row that does not open lets nobody connect, and must not keep everybody else from being served. */
function keepOutOfTheWay(error: unknown): void {
  if (!isFailure(error, 'ROW_CORRUPT')) throw error
}

type Erased = Extract<LedgerEntry, { kind: 'account' }>

/** The subscriptions were ended when the account was erased; what was read since the backup is gone with it. */
async function eraseAgain(dependencies: ReplayDependencies, entry: Erased): Promise<boolean> {
  const { account, at } = entry
  const { ledger, rows, grants, admission, envelope, clock } = dependencies
  const isThere = (await rows.head(account)) !== undefined || !(await rows.isEmpty(account))
  // A backup copies one table after the other: the account may have come in between.
  if (!isThere) {
    if (entry.organisation !== undefined) await admission.left(entry.organisation, account)
    return (await grants.forget(account)) > 0
  }
  const known = await readable(dependencies, account)
  if (known !== undefined && known.head.connectedAt > at) {
    await forgetOlder(dependencies, entry)
    return false
  }
  const organisation = known === undefined ? entry.organisation : admission.idOf(known.head.tenantId)
  await ledger.reopen(account, clock.now(), organisation)
  await bury(dependencies, account, 'restore')
  if (organisation !== undefined) await admission.left(organisation, account)
  await envelope.eraseAccountKey(account)
  await rows.wipe(account, () => true)
  await rows.deleteHead(account)
  return true
}

/** Consents that ended with an account are in the ledger with it only; the account that took its place has the same name. */
async function forgetOlder({ grants }: ReplayDependencies, { account, at }: Erased): Promise<void> {
  for (const { value } of await grants.ofAccount(account)) if (grantedAt(value) <= at) await grants.delete(value.ref)
}
