import { html } from 'hono/html'
import type { FailureCode, SyncError } from '../../core/errors.ts'
import { failurePage } from '../oauth/failure-page.ts'
import { page } from '../page.ts'
import type { ApiResponse } from '../response.ts'

/** Failures of a form that belongs to another session, or to none that is still there. */
const STALE: readonly FailureCode[] = ['SESSION_OVER', 'SIGN_IN_OTHER_BROWSER', 'SIGN_IN_EXPIRED']

/** What a person reads when something on their own page fails. */
export function meFailure(error: SyncError, requestId: string): Promise<ApiResponse> {
  if (!STALE.includes(error.code)) return failurePage(error, requestId, { again: '/me' })
  return page({
    status: error.failure.http,
    title: 'Nothing was done',
    content: html`<h1>Nothing was done</h1>
<p>The page was open for too long, or you have signed out or in again since. For your safety its buttons are no longer good.</p>
<div class="actions"><a class="button primary" href="/me">Your data</a></div>
<p class="quiet reference">Reference: ${requestId} (${error.code})</p>`,
  })
}
