import type { Context } from 'hono'
import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { Person } from '../../world.ts'
import { style } from './style.ts'

export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>

interface Page {
  title: string
  body: Markup
  isWide?: boolean
  status?: 200 | 400
}

/** A whole page of the sign-in. Its forms post to the address the page has. */
export function page(c: Context, { title, body, isWide = false, status = 200 }: Page) {
  c.header('Cache-Control', 'no-store')
  c.header('Referrer-Policy', 'no-referrer')
  c.header('X-Frame-Options', 'DENY')
  return c.html(
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Microsoft 365 (local stand-in)</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(mark)}">
<style>${raw(style)}</style>
</head>
<body>
<main class="${isWide ? 'wide' : ''}">
<div class="brand">${raw(mark)}<span>Microsoft 365 <small>(local stand-in)</small></span></div>
${body}
</main>
<footer>Runs on this machine only. No real account is used.</footer>
</body>
</html>`,
    status,
  )
}

const mark =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 26 26" aria-hidden="true">' +
  '<rect x="2" y="4" width="22" height="19" rx="5" fill="#1f6fc4"/><rect x="2" y="4" width="22" height="7" rx="3.5" fill="#0b4a8f"/>' +
  '<circle cx="9" cy="16.5" r="2.4" fill="#bfe0ff"/><path d="M13.5 16.5h6" stroke="#fff" stroke-width="2.2" stroke-linecap="round"/></svg>'

/** A round picture with the initials of a person. */
export const face = ({ displayName, oid }: Person): Markup =>
  html`<span class="face" style="--hue:${hueOf(oid)}" aria-hidden="true">${initialsOf(displayName)}</span>`

const hueOf = (oid: string): number => (Number.parseInt(oid.replaceAll('-', '').slice(0, 4), 16) * 47) % 360

const initialsOf = (name: string): string => {
  const words = name.split(' ').filter((word) => word !== '')
  return `${words[0]?.[0] ?? ''}${words.length > 1 ? (words.at(-1)?.[0] ?? '') : ''}`.toUpperCase()
}

/** Who is signed in, with a way to become somebody else. */
export const identity = (person: Person): Markup => html`
<form class="identity" method="post">${face(person)}
<div><b>${person.displayName}</b><span class="mail">${person.userPrincipalName}</span></div>
<input type="hidden" name="oid" value="${person.oid}">
<button class="link" name="decision" value="switch" aria-label="Change account">Change</button></form>`
