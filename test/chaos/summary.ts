import type { Growth, Life } from './gauge.ts'
import type { ChaosResult } from './run.ts'

/** What was done and what was measured, for people. */
export function summaryOf({ settled, edits, processes, links, errors, lives, left, deadLetters }: ChaosResult): string {
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
    `left open   ${left} connections to the broker`,
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

function lifeLine({ pid, seconds, live, resident, handles }: Life): string {
  const span = ({ first, last, highest, perMinute, atLeast }: Growth) =>
    `${first.toFixed(0)} to ${last.toFixed(0)} (at most ${highest.toFixed(0)}), ${signed(perMinute)} a minute, for certain ${signed(atLeast)}`
  return [
    `host ${pid}  ${seconds.toFixed(0)} s after it was warm`,
    `  MB live      ${span(live)}`,
    `  MB resident  ${span(resident)}`,
    `  handles      ${span(handles)}`,
  ].join('\n')
}

const signed = (value: number): string => `${value < 0 ? '' : '+'}${value.toFixed(2)}`
