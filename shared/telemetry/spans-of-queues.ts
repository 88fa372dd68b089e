import type { LogFacts } from '../core/log.ts'
import type { SpanOptions, Telemetry } from '../core/telemetry.ts'
import { type DurationMs, minutes } from '../core/time.ts'
import { CARRIER } from '../core/trace-context.ts'

/** What is to be done after a long wait is another piece of work: a trace that goes on for hours helps nobody. */
const SAME_TRACE = minutes(1)

interface Waking<Message> {
  wake(messages: readonly Message[], wait?: DurationMs): Promise<void>
}

/** A queue to which each send has a span, which goes along with the messages. */
export const wakerInSpans = <Message extends { readonly trace?: string | undefined }>(
  waker: Waking<Message>,
  queue: string,
  telemetry: Telemetry,
): Waking<Message> => ({
  wake: (messages, wait) =>
    telemetry.span(`send ${queue}`, { kind: 'producer', facts: factsOf(messages, wait) }, () => {
      const trace = (wait ?? 0) > SAME_TRACE ? undefined : telemetry.carrier()
      return waker.wake(
        messages.map((message) => carrying(message, trace)),
        wait,
      )
    }),
})

const factsOf = (messages: readonly unknown[], waitMs?: DurationMs): LogFacts => ({
  messages: messages.length,
  ...(waitMs === undefined ? {} : { waitMs }),
})

function carrying<Message extends { readonly trace?: string | undefined }>(message: Message, trace?: string): Message {
  const { trace: _, ...bare } = message
  return (trace === undefined ? bare : { ...bare, trace }) as Message
}

/** What the planner of visits wakes in one go are hundreds of accounts, which are no one piece of work. */
const PLANNED = new Set<unknown>(['due', 'erase'])

/** Handles a message of a queue within a span that the sender's goes on in. */
export const inSpanOf = (
  message: unknown,
  name: string,
  telemetry: Telemetry,
  handle: () => Promise<void>,
): Promise<void> => telemetry.span(name, { ...originOf(message), kind: 'consumer' }, handle)

function originOf(message: unknown): Pick<SpanOptions, 'from' | 'links'> {
  const { trace, reason } = (message ?? {}) as { trace?: unknown; reason?: unknown }
  if (typeof trace !== 'string' || !CARRIER.test(trace)) return {}
  return PLANNED.has(reason) ? { links: [trace] } : { from: [trace] }
}
