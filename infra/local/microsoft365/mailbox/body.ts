import { textFromHtml } from './html-text.ts'

/** A body as a client writes it. */
export interface GivenBody {
  readonly contentType: string
  readonly content?: string | null | undefined
}

/** A body as Exchange keeps it: a whole HTML document with CRLF line ends, or nothing. */
export interface StoredBody {
  readonly contentType: 'html'
  readonly content: string
}

const EMPTY: StoredBody = { contentType: 'html', content: '' }

/**
 * What Exchange makes of a body: HTML becomes the inside of a document of its own, text becomes HTML. What was read
 * back and is written again stays as it is.
 */
export function normalisedBody(given: GivenBody | null | undefined): StoredBody {
  const content = (given?.content ?? '').replaceAll(/\r\n?|\n/g, '\r\n')
  if (content.trim() === '') return EMPTY
  return documentOf(given?.contentType.toLowerCase() === 'html' ? insideOf(content) : htmlFromText(content))
}

/** The same body with more HTML at its end. */
export const withAppended = (body: StoredBody, html: string): StoredBody =>
  documentOf(body.content === '' ? html : `${insideOf(body.content)}\r\n${html}`)

/** What was made of each body; a body is never changed. */
const texts = new WeakMap<StoredBody, string>()

/** The body's text: CRLF between lines, no white space at the end of a line or of the whole. */
export function textOf(body: StoredBody | null | undefined): string {
  if (!body) return ''
  const text = texts.get(body) ?? textFromHtml(body.content)
  texts.set(body, text)
  return text
}

const HEAD = '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>'

const documentOf = (inside: string): StoredBody => ({
  contentType: 'html',
  content: `${HEAD}\r\n${inside.trim()}\r\n</body></html>`,
})

/** What stands between the body tags, or all of a piece of HTML that has none; scripts never stay. */
function insideOf(html: string): string {
  const [, inside] = /<body[^>]*>([\s\S]*)<\/body>/i.exec(html) ?? []
  return (inside ?? html.replaceAll(/<head[\s\S]*?<\/head>|<\/?(html|body)[^>]*>/gi, ''))
    .replaceAll(/<script[\s\S]*?<\/script>/gi, '')
    .trim()
}

/** Text as HTML: a line break for each line end, and no-break spaces where HTML would drop a space. */
function htmlFromText(text: string): string {
  const lines = text.split('\r\n').map((line) => escaped(line.replaceAll('\t', '    ').trimEnd()))
  return `<div class="PlainText">${lines.join('<br>\r\n').replace(/(<br>\r\n)+$/, '')}</div>`
}

const escaped = (line: string): string =>
  line
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\u00a0', '&nbsp;')
    .replaceAll(/^ | (?= )/g, '&nbsp;')
