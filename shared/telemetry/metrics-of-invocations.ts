import type { InvocationContext, PostInvocationContext, PreInvocationContext } from '@azure/functions'
import { failureOf } from '../api/failed-requests.ts'
import { FAILURES } from '../core/errors.ts'
import type { Telemetry } from '../core/telemetry.ts'
import { type Clock, type EpochMs, elapsed, parseInstant } from '../core/time.ts'

/** Graph's requests, which it gives three seconds. */
const WEBHOOKS = ['graph-notifications', 'graph-lifecycle']

/** Hooks around every function: how long answers take, and how long messages have waited. They never throw. */
export function createInvocationMetrics(telemetry: () => Telemetry, clock: Clock) {
  const began = new WeakMap<InvocationContext, EpochMs>()

  function answered(context: InvocationContext, status: number): void {
    const duration = elapsed(began.get(context) ?? clock.now(), clock.now())
    telemetry().record('http.duration', { status: `${Math.floor(status / 100)}xx` }, duration)
    if (WEBHOOKS.includes(context.functionName)) telemetry().record('webhook.duration', {}, duration)
    const code = failureOf(context)
    if (code === undefined || FAILURES[code].http < 500) return
    telemetry().count('failures', { code })
    if (FAILURES[code].retry === 'bug') telemetry().count('alarms', { event: 'request-failed' })
  }

  return {
    before({ invocationContext: context }: Pick<PreInvocationContext, 'invocationContext'>): void {
      began.set(context, clock.now())
      for (const at of enqueuedAt(context))
        telemetry().record(
          'queue.age',
          { queue: String(context.options.trigger['queueName']) },
          elapsed(at, clock.now()),
        )
    },
    after({
      invocationContext: context,
      result,
      error,
    }: Pick<PostInvocationContext, 'invocationContext' | 'result' | 'error'>): void {
      if (context.options.trigger.type !== 'httpTrigger') return
      answered(context, error ? 500 : statusOf(result))
    },
  }
}

const statusOf = (result: unknown): number =>
  typeof result === 'object' && result !== null && 'status' in result ? Number(result.status) : 200

/** When the messages of an invocation came into their queue, or were to be there. */
function enqueuedAt({ options, triggerMetadata }: InvocationContext): readonly EpochMs[] {
  if (options.trigger.type !== 'serviceBusTrigger') return []
  const told: unknown = triggerMetadata?.['enqueuedTimeUtcArray'] ?? triggerMetadata?.['enqueuedTimeUtc']
  return [told].flat().flatMap((at) => (typeof at === 'string' ? (parseInstant(at) ?? []) : []))
}
