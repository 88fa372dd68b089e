import { html } from 'hono/html'
import { hidden, list } from '../oauth/form.ts'
import { page } from '../page.ts'
import type { ApiResponse } from '../response.ts'

const CONSEQUENCES = [
  'No program can use your calendar through us from that moment.',
  'We end our access to your mailbox and stop being told of changes.',
  'Within the hour everything we hold about you is deleted, and so is the key it is encrypted with.',
  'Your events stay in Outlook as they are.',
  'What a program has read before is with that program. Ask its makers to delete it.',
]

/** Asks once more before everything is erased. */
export const erasePage = (username: string, fields: Record<string, string>): Promise<ApiResponse> =>
  page({
    status: 200,
    title: 'Erase everything?',
    hasForm: 'own',
    content: html`<h1>Erase everything about ${username}?</h1>
<p>This cannot be undone.</p>
${list(CONSEQUENCES)}
<p class="quiet">We keep that it was done and when, under a name that nobody can trace back to you, so that no backup brings your data back.</p>
<form method="post" action="/me">
${Object.entries(fields).map(([name, value]) => hidden(name, value))}
<div class="actions">
<button class="button danger">Erase everything</button>
<a class="button" href="/me">Cancel</a>
</div>
</form>`,
  })
