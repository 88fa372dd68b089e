import type { InvocationContext } from '@azure/functions'
import { failureOf } from '../api/failed-requests.ts'
import { FAILURES } from '../core/errors.ts'
import type { Telemetry } from '../core/telemetry.ts'
import { type Clock, type EpochMs, elapsed, parseInstant } from '../core/time.ts'

/** Graph's requests, which it gives three seconds. */
const WEBHOOKS = ['graph-notifications', 'graph-lifecycle']

interface Measuring {
  readonly telemetry: Telemetry
  readonly clock: Clock
}

/** Runs a function and tells how long its messages have waited, or how long its answer took. */
export async function measuredInvocation<Result>(
  { telemetry, clock }: Measuring,
  context: InvocationContext,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  const began = clock.now()
  for (const at of enqueuedAt(context))
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

const statusOf = (result: unknown): number =>
  typeof result === 'object' && result !== null && 'status' in result ? Number(result.status) : 200

/** When the messages of an invocation came into their queue, or were to be there. */
function enqueuedAt({ options, triggerMetadata }: InvocationContext): readonly EpochMs[] {
  if (options.trigger.type !== 'serviceBusTrigger') return []
  const told: unknown = triggerMetadata?.['enqueuedTimeUtcArray'] ?? triggerMetadata?.['enqueuedTimeUtc']
  return [told].flat().flatMap((at) => (typeof at === 'string' ? (parseInstant(at) ?? []) : []))
}
