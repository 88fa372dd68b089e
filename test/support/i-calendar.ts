/** A line of iCalendar, taken apart by the grammar of RFC 5545 section 3.1 and RFC 6868, with the value as it stands. */
export interface ContentLine {
  readonly name: string
  readonly params: Readonly<Record<string, string>>
  readonly value: string
}

/** A component with its lines in order and the components in it. */
export interface ReadComponent {
  readonly name: string
  readonly lines: readonly ContentLine[]
  readonly parts: readonly ReadComponent[]
}

/**
 * Reads one iCalendar object. It is strict, and shares nothing with the library that writes: another reader than ours has
 * to understand it.
 * @throws Error for whatever the grammar does not allow.
 */
export function readCalendar(text: string): ReadComponent {
  if (!text.endsWith('\r\n')) throw new Error('the last line does not end')
  const physical = text.slice(0, -2).split('\r\n')
  for (const one of physical) if (Buffer.byteLength(one) > 75) throw new Error(`a line has more than 75 octets: ${one}`)
  const lines = unfolded(physical).map(contentLine)
  const { component, end } = readComponent(lines, 0)
  if (end !== lines.length) throw new Error('something follows the calendar')
  return component
}

function unfolded(physical: readonly string[]): string[] {
  const lines: string[] = []
  for (const one of physical)
    if (one.startsWith(' ')) lines.push(`${lines.pop() ?? ''}${one.slice(1)}`)
    else lines.push(one)
  return lines
}

/** CONTROL of the grammar: a tab is none. */
const CONTROL = '\\u0000-\\u0008\\u000a-\\u001f\\u007f'
const PARAM = `;[A-Z0-9-]+=(?:"[^"${CONTROL}]*"|[^";:,${CONTROL}]*)`
const CONTENT_LINE = new RegExp(`^([A-Z0-9-]+)((?:${PARAM})*):([^${CONTROL}]*)$`, 'u')

function contentLine(text: string): ContentLine {
  const [, name, given = '', value = ''] = CONTENT_LINE.exec(text) ?? []
  if (name === undefined) throw new Error(`not a content line: ${text}`)
  const params = [...given.matchAll(/;([A-Z0-9-]+)=("[^"]*"|[^";:,]*)/g)].map(
    ([, param = '', quoted = '']) => [param, unquoted(quoted)] as const,
  )
  return { name, params: Object.fromEntries(params), value }
}

const CARETS: Record<string, string> = { '^n': '\n', "^'": '"', '^^': '^' }

const unquoted = (text: string): string =>
  text.replace(/^"|"$/g, '').replace(/\^[n'^]/g, (pair) => CARETS[pair] ?? pair)

function readComponent(lines: readonly ContentLine[], at: number): { component: ReadComponent; end: number } {
  const { name, value } = lines[at] ?? { name: '', value: '' }
  if (name !== 'BEGIN') throw new Error(`${name} stands outside of a component`)
  const own: ContentLine[] = []
  const parts: ReadComponent[] = []
  let next = at + 1
  for (let line = lines[next]; line !== undefined && line.name !== 'END'; line = lines[next]) {
    if (line.name !== 'BEGIN') {
      own.push(line)
      next += 1
    } else {
      const { component, end } = readComponent(lines, next)
      parts.push(component)
      next = end
    }
  }
  if (lines[next]?.value !== value) throw new Error(`${value} does not end`)
  return { component: { name: value, lines: own, parts }, end: next + 1 }
}

/** The values of a property of texts (RFC 5545 section 3.3.11). */
export function textsIn(value: string): readonly string[] {
  const texts = ['']
  for (const [unit] of value.matchAll(/\\[\s\S]|[\s\S]/g)) {
    if (unit === ',') texts.push('')
    else texts.push(`${texts.pop()}${unescaped(unit)}`)
  }
  return texts
}

function unescaped(unit: string): string {
  if (!unit.startsWith('\\')) return unit
  if (/^\\[nN]$/.test(unit)) return '\n'
  if (/^\\[\\;,]$/.test(unit)) return unit.slice(1)
  throw new Error(`not an escape of iCalendar: ${unit}`)
}
