import { html } from 'hono/html'
import type { Markup } from '../page.ts'

export const hidden = (name: string, value: string | undefined): Markup =>
  html`<input type="hidden" name="${name}" value="${value ?? ''}">`

/** The two answers a form of ours can be sent with. */
export const answerButtons = (yes: string, no: string): Markup => html`<div class="actions">
<button class="button primary" name="decision" value="continue">${yes}</button>
<button class="button" name="decision" value="cancel">${no}</button>
</div>`

/** The one way on that a form of ours offers. */
export const onlyButton = (name: string): Markup =>
  html`<div class="actions"><button class="button primary">${name}</button></div>`

export const list = (sentences: readonly string[]): Markup => html`<ul>
${sentences.map((sentence) => html`<li>${sentence}</li>`)}
</ul>`
