/** A body as a client wrote it. */
export interface StoredBody {
  readonly contentType: string
  readonly content?: string | null
}

/** A body as Exchange tells it: HTML is a whole document, and text is what is left of it without markup. */
export function bodyAs(
  body: StoredBody | null | undefined,
  type: 'html' | 'text',
): { contentType: string; content: string } {
  const content = body?.content ?? ''
  if (content === '') return { contentType: type, content: '' }
  if (type === 'text') return { contentType: 'text', content: textOf(body) }
  return { contentType: 'html', content: isHtml(body) ? asDocument(content) : asDocument(lines(content)) }
}

/** The first 255 characters of the text. */
export const previewOf = (body: StoredBody | null | undefined): string => textOf(body).slice(0, 255)

const isHtml = (body: StoredBody | null | undefined) => body?.contentType.toLowerCase() === 'html'

const textOf = (body: StoredBody | null | undefined): string =>
  isHtml(body) ? unmarked(body?.content ?? '') : (body?.content ?? '')

const HEAD = '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>'

const asDocument = (html: string): string => (/<html[\s>]/i.test(html) ? html : `${HEAD}\r\n${html}\r\n</body></html>`)

const lines = (text: string): string => `<div>${escaped(text).replaceAll(/\r?\n/g, '<br>\r\n')}</div>`

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const unmarked = (html: string): string =>
  html
    .replaceAll(/<(head|style|script)[\s\S]*?<\/\1>/gi, '')
    .replaceAll(/\r?\n/g, ' ')
    .replaceAll(/<br\s*\/?>|<\/(p|div|li|tr)>/gi, '\r\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/ ?\r\n ?/g, '\r\n')
    .trim()
