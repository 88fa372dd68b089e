import type { InvocationContext } from '@azure/functions'
import { failureOf } from '../api/failed-requests.ts'
import { asSyncError, FAILURES } from '../core/errors.ts'
import { failureFacts, levelOf } from '../core/log.ts'
import { processLog } from '../core/process-log.ts'
import type { Telemetry } from '../core/telemetry.ts'
import { type Clock, type EpochMs, elapsed } from '../core/time.ts'
import { enqueuedAt } from '../messaging/enqueued-at.ts'
import { measuredLog } from './metrics-of-log.ts'

/** Graph's requests, which it gives three seconds. */
const WEBHOOKS = ['graph-notifications', 'graph-lifecycle']

interface Measuring {
  readonly telemetry: Telemetry
  readonly clock: Clock
}

/** Runs a function and tells how long its message has waited, how long its answer took, or why its timer failed. */
export async function measuredInvocation<Result>(
  { telemetry, clock }: Measuring,
  context: InvocationContext,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  const began = clock.now()
  const at = enqueuedAt(context)
  if (at !== undefined)
    telemetry.record('queue.age', { queue: String(context.options.trigger['queueName']) }, elapsed(at, began))
  const isRequest = context.options.trigger.type === 'httpTrigger'
  const answered = (status: number) => {
    if (isRequest) tellAnswer({ telemetry, clock }, context, began, status)
  }
  try {
    const result = await work()
    answered(statusOf(result))
    return result
  } catch (error) {
    answered(500)
    if (context.options.trigger.type === 'timerTrigger') tellTimer(telemetry, context.functionName, error)
    throw error
  }
}

function tellAnswer({ telemetry, clock }: Measuring, context: InvocationContext, began: EpochMs, status: number): void {
  const duration = elapsed(began, clock.now())
  telemetry.record('http.duration', { status: `${Math.floor(status / 100)}xx` }, duration)
  if (WEBHOOKS.includes(context.functionName)) telemetry.record('webhook.duration', {}, duration)
  const code = failureOf(context)
  if (code === undefined || FAILURES[code].http < 500) return
  telemetry.count('failures', { code })
  if (FAILURES[code].retry === 'bug') telemetry.count('alarms', { event: 'request-failed' })
}

/** A timer answers nobody, and no message of it is given up: what keeps it from its work is told here or nowhere. */
function tellTimer(telemetry: Telemetry, name: string, thrown: unknown): void {
  const log = measuredLog(processLog, telemetry)
  const error = asSyncError(thrown)
  log(levelOf(error), 'timer-failed', { function: name, ...failureFacts(error) })
}

const statusOf = (result: unknown): number =>
  typeof result === 'object' && result !== null && 'status' in result ? Number(result.status) : 200
