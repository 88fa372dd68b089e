import { type Figure, isWithin, type Report } from './bench.ts'

/** Rows of texts as columns that are as wide as their widest text; the first one is to the left. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<readonly number[]>(
    (known, row) => Array.from({ length: Math.max(known.length, row.length) }, (_, at) => widest(known[at], row[at])),
    [],
  )
  const cell = (text: string, at: number) => (at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0))
  return rows.map((row) => row.map(cell).join('  ').trimEnd())
}

const widest = (known = 0, text = ''): number => Math.max(known, text.length)

/** A line per figure with its limit and whether it is met, then what the bench has to say beside. */
export function linesOf({ figures, lines = [] }: Report): readonly string[] {
  const rows = figures.map((figure) => [
    `  ${figure.what}`,
    `${numberText(figure.value)}${figure.unit === undefined ? '' : ` ${figure.unit}`}`,
    figure.spread === undefined ? '' : `± ${numberText(figure.spread / 2)}`,
    limitText(figure),
  ])
  return [...columns(rows), ...lines.map((line) => `  ${line}`)]
}

function limitText(figure: Figure): string {
  if (figure.most === undefined) return ''
  return `${isWithin(figure) ? 'within' : 'ABOVE'} ${numberText(figure.most)}`
}

/** Three digits where there are decimals at all. */
export function numberText(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en')
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en')
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2)
}
