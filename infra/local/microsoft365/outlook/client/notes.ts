/** The line that Teams draws between a person's own text and the way into the meeting. */
const RULE = /_{20,}/
const RULE_HTML = /<div[^>]*>\s*(<span[^>]*>)?\s*_{20,}/

/** The text of a body without what Teams put behind it. */
export const ownNotes = (text: string): string => (text.split(RULE)[0] ?? '').trim()

/** The HTML body of a Teams meeting with other notes in it. Without its last part the meeting would be gone. */
export function withNotes(html: string, notes: string): string {
  const at = html.search(RULE_HTML)
  const [block = ''] = at === -1 ? [] : html.slice(at).split(/<\/body>/i)
  return `<div>${escaped(notes).replaceAll('\n', '<br>')}</div>${block}`
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
