import type { ReceivedSpan } from './receiver.ts'

export interface Placed {
  readonly span: ReceivedSpan
  readonly depth: number
}

/** The spans of one trace, each before those within it, side by side in order of time. */
export function placed(spans: readonly ReceivedSpan[]): readonly Placed[] {
  const known = new Set(spans.map(({ id }) => id))
  const branch = (span: ReceivedSpan, depth: number): Placed[] => [
    { span, depth },
    ...inOrder(spans.filter(({ parent }) => parent === span.id)).flatMap((one) => branch(one, depth + 1)),
  ]
  return inOrder(spans.filter(({ parent }) => !known.has(parent ?? ''))).flatMap((span) => branch(span, 0))
}

const inOrder = (spans: readonly ReceivedSpan[]): readonly ReceivedSpan[] =>
  [...spans].sort((one, other) => one.startedAt - other.startedAt || one.endedAt - other.endedAt)

/** The spans of one trace as an indented tree, each with its offset, its duration and its facts. */
export function traceTree(spans: readonly ReceivedSpan[]): readonly string[] {
  const began = Math.min(...spans.map(({ startedAt }) => startedAt))
  return placed(spans).map((one) => line(one, began))
}

function line({ span, depth }: Placed, began: number): string {
  const { name, startedAt, endedAt, facts, failure } = span
  const said = SHOWN.flatMap(([fact, word]) => (facts[fact] === undefined ? [] : [`${facts[fact]} ${word}`.trim()]))
  const cells = [`+${startedAt - began}`.padStart(8), `${endedAt - startedAt}`.padStart(8)]
  const title = `${'  '.repeat(depth)}${name}`.padEnd(64)
  return `${cells.join('')}  ${title}  ${failure === undefined ? '' : `FAILED ${failure} `}${said.join(', ')}`.trimEnd()
}

/** The facts that fit on a line, and what they count. */
const SHOWN = [
  ['http.response.status_code', ''],
  ['messages', 'messages'],
  ['changes', 'changes'],
  ['rows', 'rows'],
  ['writes', 'rows'],
] as const
