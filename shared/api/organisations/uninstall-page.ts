import { html } from 'hono/html'
import { page } from '../page.ts'
import type { ApiResponse } from '../response.ts'
import { counted, hiddenFields } from './organisation-page.ts'

export interface UninstallView {
  /** What has to be typed. */
  readonly domain: string
  readonly accounts: number
  readonly fields: Record<string, string>
  /** What was typed instead; absent before anything was. */
  readonly typed?: string | undefined
}

/** The second thought before everything is erased. */
export function uninstallPage({ domain, accounts, fields, typed }: UninstallView): Promise<ApiResponse> {
  const problem = html`<p class="problem" id="domain-problem">This is not ${domain}.</p>`
  const invalid = html` aria-invalid="true" aria-describedby="domain-problem"`
  return page({
    status: typed === undefined ? 200 : 422,
    title: 'Uninstall',
    hasForm: true,
    content: html`<h1>Uninstall Microsoft 365 Sync for ${domain}?</h1>
<p>Accounts that are disconnected and erased: <strong>${counted(accounts)}</strong></p>
<p>The calendars in Microsoft 365 stay as they are. What is stored here and what people have allowed is gone for good, and nobody of your organisation can connect until it is installed again.</p>
<form method="post" action="/organisation/uninstall">
${hiddenFields(fields)}
<div class="field"><label for="domain">Type ${domain} to confirm</label>
${typed === undefined ? '' : problem}
<input id="domain" name="domain" value="${typed ?? ''}" autocomplete="off" spellcheck="false" autocapitalize="none"${typed === undefined ? '' : invalid}></div>
<div class="actions">
<button class="button danger">Uninstall and erase everything</button>
<a class="button" href="/organisation">Keep it</a>
</div>
</form>`,
  })
}
