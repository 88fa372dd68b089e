import type { ReceivedSpan } from './receiver.ts'

/** The spans of one trace as an indented tree, in order of time, each with its offset, its duration and its facts. */
export function traceTree(spans: readonly ReceivedSpan[]): readonly string[] {
  const known = new Set(spans.map(({ id }) => id))
  const began = Math.min(...spans.map(({ startedAt }) => startedAt))
  const branch = (parent: string | undefined, depth: number): string[] =>
    inOrder(
      spans.filter((span) => (parent === undefined ? !known.has(span.parent ?? '') : span.parent === parent)),
    ).flatMap((span) => [line(span, began, depth), ...branch(span.id, depth + 1)])
  return branch(undefined, 0)
}

const inOrder = (spans: readonly ReceivedSpan[]): readonly ReceivedSpan[] =>
  [...spans].sort((one, other) => one.startedAt - other.startedAt || one.endedAt - other.endedAt)

function line({ name, startedAt, endedAt, facts, failure }: ReceivedSpan, began: number, depth: number): string {
  const said = SHOWN.flatMap((fact) => (facts[fact] === undefined ? [] : [`${fact.split('.').at(-1)} ${facts[fact]}`]))
  const title = `${'  '.repeat(depth)}${name}`
  const failed = failure === undefined ? '' : `FAILED ${failure} `
  return `${`+${startedAt - began}`.padStart(8)}${String(endedAt - startedAt).padStart(8)} ms  ${title.padEnd(64)} ${failed}${said.join(', ')}`.trimEnd()
}

/** The facts that fit on a line. */
const SHOWN = ['http.response.status_code', 'messages', 'changes', 'rows', 'writes']
