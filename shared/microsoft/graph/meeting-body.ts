import { html } from 'hono/html'

/**
 * What sets the part that Teams adds apart from what the person wrote: a line of 80 underscores, or about 50 in older
 * invitations. Exchange tells a ruler of the person's own as 32 of them.
 */
const SEPARATOR = /_{40,}/g

/**
 * A link to join a meeting, as it is or percent-encoded within a link that checks it first (Safe Links). Whoever invites a
 * person writes the body it is searched in, so no part of it may match a text of any length.
 */
const JOIN_LINK = /teams\.(?:microsoft|live|cloud)[a-z.]{0,30}(?:\/|%2f)(?:meet|l(?:\/|%2f)meetup-join)(?:\/|%2f)/i

/** A text body without its meeting part: what the person wrote. A body without such a part stays as it is. */
export function withoutMeeting(text: string): string {
  const at = separatorIn(text)
  return at === undefined ? text : text.slice(0, at).trimEnd()
}

/**
 * The part of an HTML body that carries its online meeting, from the separator to the end. Where none can be told apart,
 * all of the body of an online meeting, so that a new description never costs anybody the link; of others, nothing.
 */
export function meetingPart(document: string, isOnlineMeeting: boolean): string {
  const body = insideOf(document)
  const at = separatorIn(body)
  if (at === undefined) return isOnlineMeeting ? body : ''
  return body.slice(openedBefore(body, at))
}

/** A new description in front of a meeting part, as HTML. */
export const withMeeting = (own: string, meeting: string): string => `${insideOf(own)}${meeting}`

/** Plain text as HTML that shows the same lines. */
export const textAsHtml = (text: string): string =>
  `<div>${String(html`${text}`).replaceAll(/\r\n|\r|\n/g, '<br>\n')}</div>`

/** Where the first separator stands that has a join link between itself and the next one. */
function separatorIn(body: string): number | undefined {
  const separators = [...body.matchAll(SEPARATOR)].map(({ index }) => index)
  return separators.find((at, nth) => JOIN_LINK.test(body.slice(at, separators[nth + 1])))
}

const insideOf = (document: string): string =>
  document
    .replace(/^[\s\S]*?<body\b[^<>]*>/i, '')
    .replace(/<\/body>[\s\S]*$/i, '')
    .trim()

/** Where the elements begin that are opened right before a place, with nothing else in between. */
function openedBefore(body: string, place: number): number {
  let start = place
  for (;;) {
    const before = body.slice(0, start).trimEnd()
    const tag = before.lastIndexOf('<')
    if (tag < 0 || !/^<(?:div|p|span)\b[^<>]*>$/i.test(before.slice(tag))) return start
    start = tag
  }
}
