import type { Log } from '../core/log.ts'
import type { Telemetry } from '../core/telemetry.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import type { CalendarEvent } from '../events/event.ts'
import { newAgreement } from './agreement.ts'
import { type Agenda, collapse, type Sweep, type Work } from './collapse.ts'
import { deleteAll } from './delete-all.ts'
import { openTask } from './open-task.ts'
import { type Entry, inTurn } from './rivals.ts'
import { type Ran, runTasks } from './run-tasks.ts'
import type { PushSession } from './session.ts'
import { rejectActions } from './settle.ts'
import type { Task } from './task.ts'
import { askForUnclaimed } from './unclaimed.ts'
import type { EventWriter } from './writer.ts'

export interface PushDependencies {
  readonly clock: Clock
  readonly log: Log
  readonly telemetry: Telemetry
  readonly digestOf: (event: CalendarEvent) => string
}

/** What a visit's push carries along. */
export interface Push {
  readonly dependencies: PushDependencies
  readonly session: PushSession
  readonly writer: EventWriter
}

/** Actions prepared together, so that their agreements are read and written in few requests. */
const LOT = 80

/**
 * Applies the account's pending actions, in order of acceptance, until none is left that can be tried now or `deadline`
 * has passed. Safe to interrupt at any point and to repeat.
 * @returns how far it came; after `unanswered` the rest is for another visit. And when what failed may be tried again.
 * @throws SyncError `ROW_CHANGED` when another handler works for this account. `MICROSOFT_THROTTLED` and other failures of
 * the mailbox: the actions stay pending.
 */
export async function pushActions(
  push: Push,
  deadline: EpochMs,
): Promise<{ readonly ran: Ran; readonly notBefore?: EpochMs | undefined }> {
  const { session, dependencies } = push
  while (session.hasPending) {
    const agenda = collapse(await session.pendingActions(), dependencies.clock.now())
    const { sweeps, notBefore, crowding } = agenda
    await rejectActions(push, crowding, 'value_refused')
    const tasks = await openTasks(push, agenda)
    if (tasks.length + sweeps.length === 0) return { ran: 'complete', notBefore }
    const asked = await askForUnclaimed(push, tasks)
    if (asked === 'unanswered') return { ran: asked, notBefore }
    if (asked === 'learnt') continue
    const ran = tasks.length > 0 ? await runTasks(push, tasks, deadline) : await sweep(push, sweeps, deadline)
    if (ran !== 'complete') return { ran, notBefore }
    if (session.hasPending && dependencies.clock.now() >= deadline) return { ran: 'late', notBefore }
  }
  return { ran: 'complete' }
}

async function sweep(push: Push, sweeps: readonly Sweep[], deadline: EpochMs): Promise<Ran> {
  for (const [at, one] of sweeps.entries()) {
    if (at > 0 && push.dependencies.clock.now() >= deadline) return 'late'
    const ran = await deleteAll(push, one, deadline)
    if (ran !== 'complete') return ran
  }
  return 'complete'
}

/** The tasks that are next. Only somebody who names an event by our key can want one that another integrator changes too. */
async function openTasks(push: Push, { works, waiting, behind }: Agenda): Promise<readonly Task[]> {
  const isShared = [...works, ...waiting, ...behind].some(({ target }) => target.eventId === undefined)
  if (!isShared) return Promise.all((await entriesOf(push, works.slice(0, LOT))).map((entry) => openTask(push, entry)))
  const [free, held, later] = [
    await entriesOf(push, works),
    await entriesOf(push, waiting),
    await entriesOf(push, behind),
  ]
  const next = inTurn(free, held, later).slice(0, LOT)
  return Promise.all(next.map(async ({ rivals, ...entry }) => ({ ...(await openTask(push, entry)), rivals })))
}

async function entriesOf({ session }: Push, works: readonly Work[]): Promise<readonly Entry[]> {
  const agreements = await session.agreements(works.map(({ target }) => target.agreement))
  return works.map((work) => ({
    work,
    agreement: agreements.get(work.target.agreement) ?? newAgreement(work.target, work.last.integrator),
  }))
}
