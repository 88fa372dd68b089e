import type { Erasure } from '../accounts/erasure.ts'
import type { AccountsPort } from '../accounts/ports.ts'
import type { Audit } from '../audit/ports.ts'
import { recordOrLog } from '../audit/record-or-log.ts'
import { asSyncError } from '../core/errors.ts'
import { failureFacts, type Log, levelOf } from '../core/log.ts'
import { retryWhenChanged } from '../core/retry-when-changed.ts'
import { type Clock, type EpochMs, elapsed, later, minutes, seconds } from '../core/time.ts'
import type { Grants } from '../integrators/grants.ts'
import type { Versioned } from '../integrators/ports.ts'
import type { Ledger } from '../storage/ledger/ledger.ts'
import { type Member, type Organisation, outside, UNRESTRICTED } from './organisation.ts'
import type { OrganisationStore, Task } from './ports.ts'

export interface LookAfterDependencies {
  readonly store: OrganisationStore
  readonly grants: Pick<Grants, 'wantedBy' | 'revokeAccount'>
  readonly accounts: Pick<AccountsPort, 'revoked'>
  readonly erasure: Erasure
  readonly ledger: Pick<Ledger, 'uninstall'>
  readonly audit: Audit
  readonly clock: Clock
  readonly log: Log
}

/** How long one organisation may take in one run, so that a large one does not hold up the others, and all together. */
const SLICE = seconds(20)
const RUN = minutes(2)
/** Longer than anybody is on the way between being let in and being stored. */
const SETTLED = minutes(10)
/** Accounts that are ended at the same time. */
const AT_ONCE = 16
const FEW = 1000

type Outcome = 'late' | 'next' | 'done'

/**
 * Carries out what administrators have decided, for a timer: where an organisation is uninstalled every account is erased,
 * where it is restricted whoever is outside loses the connection. Goes through the accounts again until nobody is left who
 * was on the way when it was decided. Restart-safe: how far it has come is stored after every page.
 */
export async function lookAfterOrganisations(dependencies: LookAfterDependencies): Promise<void> {
  const { store, clock, log } = dependencies
  const deadline = later(clock.now(), RUN)
  const tasks = [...(await store.tasks(clock.now()))].sort((one, other) => one.value.notBefore - other.value.notBefore)
  for (const task of tasks) {
    if (clock.now() < task.value.notBefore || clock.now() >= deadline) return
    await lookAfter(dependencies, task).catch((error: unknown) => {
      const organisation = store.idOf(task.value.tenantId)
      const failure = asSyncError(error)
      log(levelOf(failure), 'organisation-waits', { organisation, ...failureFacts(failure) })
    })
  }
}

async function lookAfter(dependencies: LookAfterDependencies, found: Versioned<Task>): Promise<void> {
  const { store, ledger, clock } = dependencies
  const { tenantId, since } = found.value
  const organisation = await store.find(tenantId)
  // With each pass: whoever decided it may have ended before it was in the ledger, and a restore would undo it.
  if (organisation?.value.state === 'uninstalling' && found.value.beganAt === undefined)
    await ledger.uninstall(store.idOf(tenantId), since)
  const beganAt = found.value.beganAt ?? clock.now()
  const passed = await pass(dependencies, { ...found, value: { ...found.value, beganAt } }, organisation?.value)
  if (passed === undefined || passed.outcome === 'late') return
  const { task } = passed
  if (passed.outcome === 'done') {
    if (organisation?.value.state === 'uninstalling') await finish(dependencies, tenantId)
    await store.moveTask(task, undefined)
    return
  }
  await store.moveTask(task, { tenantId, since, notBefore: nextPass(task.value, organisation?.value), met: 0 })
}

/** Goes on with a pass for as long as it may. @returns undefined when somebody else has changed the task. */
async function pass(dependencies: LookAfterDependencies, start: Versioned<Task>, organisation?: Organisation) {
  const { store, clock } = dependencies
  const deadline = later(clock.now(), SLICE)
  const end = endingOf(dependencies, organisation)
  let task = start
  if (end !== undefined)
    for await (const page of store.members(start.value.tenantId, start.value.after)) {
      for (let at = 0; at < page.length; at += AT_ONCE) await Promise.all(page.slice(at, at + AT_ONCE).map(end))
      const progress = { met: task.value.met + page.length, after: page.at(-1)?.account, notBefore: clock.now() }
      const moved = await store.moveTask(task, { ...task.value, ...progress })
      if (moved === undefined) return undefined
      task = moved
      if (clock.now() >= deadline) return { outcome: 'late' as Outcome, task }
    }
  return { outcome: outcomeOf(task.value, organisation), task }
}

/** What happens to each account; undefined when there is nothing to be done. */
function endingOf(dependencies: LookAfterDependencies, organisation: Organisation | undefined) {
  if (organisation?.state === 'uninstalling') return (member: Member) => erase(dependencies, organisation, member)
  if (organisation?.state === 'installed') return (member: Member) => endOutsider(dependencies, organisation, member)
  return undefined
}

/** An account that was never stored has nobody else who takes it off the list; one that is being erased is on it until it is gone. */
async function erase(
  { store, erasure, clock }: LookAfterDependencies,
  { tenantId }: Organisation,
  { account, joinedAt }: Member,
): Promise<void> {
  const isThere = await erasure.begin(account, 'organisation')
  if (!isThere && elapsed(joinedAt, clock.now()) >= SETTLED) await store.removeMember(store.idOf(tenantId), account)
}

/** Ends the access of every integrator. The visit that follows ends the subscriptions and drops the tokens. */
async function endOutsider(
  dependencies: LookAfterDependencies,
  { tenantId, restriction }: Organisation,
  member: Member,
): Promise<void> {
  const { store, grants, accounts } = dependencies
  const { account } = member
  const reason = outside(restriction, member)
  if (reason === undefined || (await grants.wantedBy(account)).size === 0) return
  await recordOrLog(dependencies, {
    act: 'revoked',
    actor: { kind: 'service' },
    account,
    organisation: store.idOf(tenantId),
    facts: { reason: `organisation-restricted-${reason}` },
  })
  await grants.revokeAccount(account)
  await accounts.revoked(account)
}

function outcomeOf({ beganAt, since, met }: Task, organisation: Organisation | undefined): Outcome {
  if (organisation?.state === 'uninstalling') return met === 0 ? 'done' : 'next'
  return beganAt !== undefined && elapsed(since, beganAt) >= SETTLED ? 'done' : 'next'
}

/** Few accounts are erased soon, many take their time. */
function nextPass({ since, beganAt = since, met }: Task, organisation: Organisation | undefined): EpochMs {
  if (organisation?.state !== 'uninstalling') return later(since, SETTLED)
  return later(beganAt, met < FEW ? minutes(1) : SETTLED)
}

async function finish({ store, log }: LookAfterDependencies, tenantId: string): Promise<void> {
  await retryWhenChanged(async () => {
    const found = await store.find(tenantId)
    if (found?.value.state === 'uninstalling')
      await store.save({ ...found.value, state: 'uninstalled', installedBy: '', restriction: UNRESTRICTED }, found)
  })
  log('info', 'organisation-uninstalled', { organisation: store.idOf(tenantId) })
}
