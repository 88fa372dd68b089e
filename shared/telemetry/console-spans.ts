import { elapsed } from '../core/time.ts'
import type { SpanSink } from './finished-span.ts'

/**
 * One line for each span as it ends, so inner ones before those around them:
 * `span     get accounts 4 ms rows=2 [trace 1f3c.. span 09ab.. in 77de..]`.
 */
export const consoleSpans =
  (write: (line: string) => void): SpanSink =>
  ({ name, depth, startedAt, endedAt, facts, failure, context, parent }) => {
    const said = Object.entries(facts).flatMap(([fact, value]) => (value === undefined ? [] : [`${fact}=${value}`]))
    const words = [name, `${elapsed(startedAt, endedAt)} ms`, ...(failure === undefined ? [] : [`FAILED ${failure}`])]
    const within = parent === undefined ? '' : ` in ${parent.span}`
    write(
      `span ${'  '.repeat(depth)}${[...words, ...said].join(' ')} [trace ${context.trace} span ${context.span}${within}]`,
    )
  }
