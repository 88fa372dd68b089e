import { html } from 'hono/html'
import type { Markup } from '../page.ts'

const SUBJECT = 'Please install Microsoft 365 Sync for our organisation'

/** @param installUrl the page for administrators. */
const textOf = (installUrl: string): string => `Hello,

I would like to connect my Outlook calendar with Microsoft 365 Sync. For that, an administrator of Microsoft 365 has to install it for our organisation once:

${installUrl}

The page says what it does, which permissions it needs and why, and where data is kept.

Thank you`

/** A message that somebody can send to their administrator as it is. */
export function readyMessage(installUrl: string): Markup {
  const text = textOf(installUrl)
  const mail = `mailto:?${[`subject=${encodeURIComponent(SUBJECT)}`, `body=${encodeURIComponent(text)}`].join('&')}`
  return html`<div class="field"><label for="message">A message you can send to your administrator</label>
<textarea id="message" rows="9" readonly>${text}</textarea></div>
<p><a href="${mail}">Write it as an e-mail</a></p>`
}
