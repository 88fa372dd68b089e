import { html, raw } from 'hono/html'
import { page } from '../page.ts'
import type { ApiResponse } from '../response.ts'

/** The runbook as it was when this release was built. */
export async function runbookPage(): Promise<ApiResponse> {
  const runbook = await import('../../../infra/RUNBOOK.md')
  return page({
    status: 200,
    title: 'Runbook',
    isWide: true,
    content: html`<p><a href="/operations">How the service does</a></p>${raw(runbook.html)}`,
  })
}
