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

/** A batch is one piece of work; which of two hundred messages led to it is told of the first ones. */
const MOST_CARRIERS = 20

/** What the planner of visits wakes in one go are hundreds of accounts, which are no one piece of work. */
const PLANNED = new Set<unknown>(['due', 'erase'])

/** Handles the messages of a queue within a span that the sender's goes on in. */
export const handlerInSpans =
  (name: string, handle: (messages: unknown) => Promise<void>, telemetry: Telemetry) =>
  (messages: unknown): Promise<void> => {
    const all = (Array.isArray(messages) ? messages : [messages]) as readonly unknown[]
    return telemetry.span(name, { ...originOf(all), kind: 'consumer', facts: { messages: all.length } }, () =>
      handle(messages),
    )
  }

function originOf(messages: readonly unknown[]): Pick<SpanOptions, 'from' | 'links'> {
  const from: string[] = []
  const links: string[] = []
  for (const message of messages) {
    const { trace, reason } = (message ?? {}) as { trace?: unknown; reason?: unknown }
    if (typeof trace !== 'string' || !CARRIER.test(trace)) continue
    if (from.length + links.length < MOST_CARRIERS) (PLANNED.has(reason) ? links : from).push(trace)
  }
  return { from, links }
}
