import type { Life } from './gauge.ts'
import type { ChaosResult } from './run.ts'

/** What was done and what was measured, for people. */
export function summaryOf({ settled, edits, processes, links, errors, lives, deadLetters }: ChaosResult): string {
  const lines = [
    '',
    `edits       ${listed(edits)}`,
    `processes   ${listed(processes)}`,
    ...Object.entries(links).map(
      ([name, { connections, cut, refused, halfClosed, garbled }]) =>
        `${name.padEnd(12)}${connections} connections, ${cut} cut, ${refused} refused, ${halfClosed} half closed, ${garbled} pieces garbled`,
    ),
    `errors      ${errors.size === 0 ? 'none' : listed(errors)}`,
    `given up    ${deadLetters} messages`,
    ...lives.map(lifeLine),
    `equal       ${settled.tookSeconds.toFixed(1)} s after the troubles, clocks put forward by ${settled.aheadSeconds} s`,
    '',
  ]
  return `${lines.join('\n')}\n`
}

const listed = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort()
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')

function lifeLine({ pid, seconds, megabytes, handles, megabytesPerMinute, handlesPerMinute }: Life): string {
  const span = ([first, last, highest]: readonly [number, number, number]) =>
    `${first.toFixed(0)} to ${last.toFixed(0)} (at most ${highest.toFixed(0)})`
  return (
    `host ${pid}  ${seconds.toFixed(0)} s: ${span(megabytes)} MB, ${signed(megabytesPerMinute)} a minute; ` +
    `${span(handles)} handles, ${signed(handlesPerMinute)} a minute`
  )
}

const signed = (value: number): string => `${value < 0 ? '' : '+'}${value.toFixed(1)}`
