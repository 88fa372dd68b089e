import type { Context } from 'hono'
import { html } from 'hono/html'
import type { Refusal } from '../refusal.ts'
import { page } from './layout.ts'

/** What a person sees when the request is too broken to go back to the application. */
export function problemPage(c: Context, refusal: Refusal) {
  const body = html`
<h1>Sorry, we cannot sign you in</h1>
<p class="problem" role="alert"><code>${refusal.message}</code></p>
<p class="soft">Go back to the application and try again. If this stays, tell the people who run the application.</p>`
  return page(c, { title: 'Something went wrong', body, status: 400 })
}
