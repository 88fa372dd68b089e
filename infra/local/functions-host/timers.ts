import { Cron } from 'croner'
import type { RpcTypedData } from './core-types.ts'
import type { Invoker } from './invocation.ts'
import { type WriteLine, writeFailure } from './output.ts'
import type { TimerStatus, TimerStatuses } from './timer-status.ts'
import type { HostedFunction, TimerTrigger } from './triggers.ts'

const NEVER = '0001-01-01T00:00:00.000Z'
/** The real host does not remember timers that are due more often than this, in milliseconds. */
const SHORTEST_REMEMBERED = 60_000

interface Timer {
  readonly name: string
  /** Runs the function now, beside its schedule. */
  run(): void
  /** No run begins any more; resolves when the one that is going on has ended and is remembered. */
  stop(): Promise<void>
}

interface Dependencies {
  invoker: Invoker
  statuses: TimerStatuses
  write: WriteLine
}

/**
 * Runs a function by its six-field schedule in UTC. A run never overlaps the one before. A due time that passed while
 * the host was down leads to one run at once, with `isPastDue`.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer
 */
export async function startTimer(hosted: HostedFunction<TimerTrigger>, dependencies: Dependencies): Promise<Timer> {
  const { trigger, name } = hosted
  const cron = new Cron(trigger.schedule, { mode: '6-part', domAndDow: true, timezone: 'UTC', protect: true })
  const memory = await recall(cron, hosted, dependencies.statuses)
  const run = (isPastDue: boolean) =>
    dependencies.invoker.invoke(hosted, { data: timerInfo(memory.status, isPastDue), metadata: {} })

  const runByPlan = async (isPastDue: boolean) => {
    // The invoker has logged a failure; the real host waits for the next due time as well.
    await run(isPastDue).catch(() => undefined)
    await memory
      .update({ last: nowIso(), next: nextOf(cron), lastUpdated: nowIso() })
      .catch((error) => writeFailure(dependencies.write, 'timer-not-remembered', name, error))
  }
  let running = Promise.resolve()
  const plan = (isPastDue: boolean) => {
    running = running.then(() => runByPlan(isPastDue))
    return running
  }

  if (memory.isOverdue) void plan(true)
  else if (trigger.runOnStartup) void plan(false)
  cron.schedule(() => plan(false))
  return {
    name,
    run: () => void run(false).catch(() => undefined),
    async stop() {
      cron.stop()
      await running
    },
  }
}

/** What is known of the timer's runs, from before this start too when they are remembered. */
async function recall(cron: Cron, { name, trigger }: HostedFunction<TimerTrigger>, statuses: TimerStatuses) {
  const isRemembered = trigger.useMonitor && intervalOf(cron) >= SHORTEST_REMEMBERED
  const remembered = isRemembered ? await statuses.read(name) : undefined
  const memory = {
    status: remembered ?? { last: NEVER, next: nextOf(cron), lastUpdated: nowIso() },
    isOverdue: isOverdue(cron, remembered),
    async update(status: TimerStatus) {
      memory.status = status
      if (isRemembered) await statuses.write(name, status)
    },
  }
  if (remembered === undefined) await memory.update(memory.status)
  return memory
}

const nowIso = () => new Date().toISOString()

const nextOf = (cron: Cron): string => cron.nextRun()?.toISOString() ?? NEVER

function intervalOf(cron: Cron): number {
  const [first, second] = cron.nextRuns(2)
  return first === undefined || second === undefined ? Number.POSITIVE_INFINITY : second.getTime() - first.getTime()
}

/** Counted with the schedule of today, so that a changed schedule does not lead to a run it does not ask for. */
function isOverdue(cron: Cron, status: TimerStatus | undefined): boolean {
  const due = status === undefined ? null : cron.nextRun(new Date(status.lastUpdated))
  return due !== null && due.getTime() < Date.now()
}

/** The shape in which the real host hands a timer to the worker. */
const timerInfo = ({ last, next, lastUpdated }: TimerStatus, isPastDue: boolean): RpcTypedData => ({
  json: JSON.stringify({
    Schedule: { AdjustForDST: true },
    ScheduleStatus: { Last: last, Next: next, LastUpdated: lastUpdated },
    IsPastDue: isPastDue,
  }),
})
