import { systemRandom } from '../../shared/core/random.ts'
import type { Telemetry } from '../../shared/core/telemetry.ts'
import type { Clock } from '../../shared/core/time.ts'
import type { FinishedSpan } from '../../shared/telemetry/finished-span.ts'
import { everyTrace, type Sampler } from '../../shared/telemetry/sampler.ts'
import { createTracing } from '../../shared/telemetry/tracing.ts'

/** The service's own tracing, whose spans end in a list. */
export function recordSpans(sampler: Sampler = everyTrace) {
  const spans: FinishedSpan[] = []
  const nothing = () => undefined
  const telemetry = (clock: Clock): Telemetry => ({
    ...createTracing({ clock, random: systemRandom, sampler, sink: (span) => spans.push(span) }),
    ...{ count: nothing, record: nothing, gauge: nothing, flush: async () => undefined },
  })
  return { spans, telemetry }
}

/** The names of the spans from the outermost to this one. */
export function pathOf(span: FinishedSpan, spans: readonly FinishedSpan[]): readonly string[] {
  const parent = spans.find(({ context }) => context.span === span.parent?.span)
  return [...(parent === undefined ? [] : pathOf(parent, spans)), span.name]
}
