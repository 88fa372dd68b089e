/** The text of a piece of HTML as Exchange tells it: a block stands on lines of its own, a rule is a run of underscores. */
export function textFromHtml(html: string): string {
  const marked = html
    .replaceAll(/<(head|style|script)[\s\S]*?<\/\1>|<!--[\s\S]*?-->/gi, '')
    .replaceAll(/[ \t\r\n]+/g, ' ')
    .replaceAll(/<hr[^>]*>/gi, `${BLOCK}${'_'.repeat(32)}${BLOCK}`)
    .replaceAll(/<br[^>]*>/gi, BREAK)
    .replaceAll(/<\/?(p|div|li|tr|ul|ol|table|blockquote|h[1-6])(\s[^>]*)?>/gi, BLOCK)
    .replaceAll(/<[^>]*>/g, '')
  return linesOf(marked)
    .join('\r\n')
    .replace(/^(\r\n)+/, '')
    .trimEnd()
}

const BREAK = '\u0001'
/** Ends the line unless nothing stands on it. */
const BLOCK = '\u0002'

function linesOf(marked: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const part of marked.split(new RegExp(`([${BREAK}${BLOCK}])`))) {
    if (part !== BREAK && part !== BLOCK) line += part
    if (part === BREAK || (part === BLOCK && line.trim() !== '')) {
      lines.push(line)
      line = ''
    }
  }
  return [...lines, line].map((each) => decoded(each.replaceAll(/^ +| +$/g, '').replaceAll(/ +/g, ' ')).trimEnd())
}

const NAMED: Record<string, string> = { nbsp: ' ', lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

const decoded = (line: string): string =>
  line.replaceAll(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (decimal) return String.fromCodePoint(Number(decimal))
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16))
    return NAMED[String(name).toLowerCase()] ?? whole
  })
