import { html } from 'hono/html'
import type { FailureCode, SyncError } from '../../core/errors.ts'
import { retryAfter } from '../failure.ts'
import { readyMessage } from '../organisations/ready-message.ts'
import { type Markup, page } from '../page.ts'
import type { ApiResponse } from '../response.ts'

export interface Explanation {
  readonly title: string
  readonly happened: string
  readonly todo: string
}

const START_AGAIN = 'Go back to the program where you pressed Connect, and press it again.'

/** What a person reads when connecting fails: what happened, and what to do. Failures of ours share the last text. */
const EXPLANATIONS: Partial<Record<FailureCode, Explanation>> = {
  REQUEST_INVALID: {
    title: 'This link does not work',
    happened: 'The address of this page is incomplete or was changed on the way.',
    todo: START_AGAIN,
  },
  INTEGRATOR_UNKNOWN: {
    title: 'We do not know this program',
    happened: 'The program that sent you here is not registered with us, so nothing was connected.',
    todo: 'Tell the people who run the program. Their client id is not registered.',
  },
  REDIRECT_URI_UNKNOWN: {
    title: 'This link does not lead back safely',
    happened: 'The program that sent you here named a return address that is not registered for it.',
    todo: 'Tell the people who run the program. Their redirect URI has to match the registered one exactly.',
  },
  SIGN_IN_EXPIRED: {
    title: 'This took too long',
    happened: 'For your safety a sign-in has to be finished within ten minutes. Nothing was connected.',
    todo: 'Start again, and finish the sign-in with Microsoft without a long break.',
  },
  SIGN_IN_ALREADY_USED: {
    title: 'This sign-in is already over',
    happened: 'A sign-in link works once. This one was used before, or its time has passed.',
    todo: `If your calendar shows as connected, all is well. If not: ${START_AGAIN}`,
  },
  SIGN_IN_OTHER_BROWSER: {
    title: 'This sign-in began in another browser',
    happened: 'A sign-in has to be finished in the browser that began it, and that browser must allow cookies.',
    todo: START_AGAIN,
  },
  SIGN_IN_MISMATCH: {
    title: 'The sign-in could not be trusted',
    happened:
      'The answer from Microsoft does not belong to your sign-in, so it was thrown away. Nothing was connected.',
    todo: START_AGAIN,
  },
  SIGN_IN_OTHER_ACCOUNT: {
    title: 'This is another account',
    happened: 'You signed in with another Microsoft account than the one the link is for. Nothing of it was stored.',
    todo: 'Open the link again, and choose the account that is connected to the program.',
  },
  PERMISSION_LINK_OVER: {
    title: 'This link is no longer good',
    happened:
      'A link to a permission works for an hour, and only while the program is registered with us and has your consent.',
    todo: 'Go back to the program that sent you here, and start from there.',
  },
  RECONNECT_LINK_OVER: {
    title: 'This link is no longer good',
    happened: 'A link to connect again works only as long as the program that gave it to you may use your calendar.',
    todo: 'Go back to the program that sent you here, and connect from there.',
  },
  CONSENT_DECLINED: {
    title: 'Not connected',
    happened: 'Microsoft tells us that the permission was not given. So nothing was connected.',
    todo: 'If you want to connect after all, try again and accept what Microsoft asks.',
  },
  APPROVAL_REQUIRED: {
    title: 'Your organisation has to approve this first',
    happened: 'Your organisation lets only an administrator decide which programs may use Microsoft 365.',
    todo: 'Ask an administrator to install Microsoft 365 Sync for the organisation. Then try again.',
  },
  ORGANISATION_NOT_INSTALLED: {
    title: 'Not installed for your organisation yet',
    happened:
      'Microsoft 365 Sync works for organisations whose administrator has installed it, and yours has not. Nothing was connected or stored.',
    todo: 'Ask an administrator to install it for the organisation. Then try again.',
  },
  ORGANISATION_RESTRICTED: {
    title: 'Your organisation does not allow this for you',
    happened: 'An administrator has decided that only some people may connect, and you are not among them.',
    todo: 'If you need it, ask your IT department to let you in. Then try again.',
  },
  ACCOUNT_BEING_ERASED: {
    title: 'Your data is being erased',
    happened: 'Everything that was kept of your account is being erased, as was asked for. Nothing was connected.',
    todo: 'This takes less than an hour. If you want to connect again, try again then; you start anew.',
  },
  RESTORE_PENDING: {
    title: 'We are being restored',
    happened:
      'The service comes back from a backup, and first erases again what was erased since. Nothing was connected.',
    todo: 'Try again in a few minutes.',
  },
  SESSION_OVER: {
    title: 'You are no longer signed in',
    happened: 'For your safety a sign-in to our pages lasts for half an hour. Nothing was done.',
    todo: 'Sign in again.',
  },
  RATE_LIMITED: {
    title: 'Too much at once',
    happened: 'This was asked for very often within a short time, from here or from your network. Nothing was done.',
    todo: 'Wait a minute, and try again.',
  },
  MICROSOFT_REFUSED: {
    title: 'Microsoft did not let you in',
    happened: 'Microsoft ended the sign-in. Your account may be blocked, or your organisation may not allow it here.',
    todo: 'Try again. If it happens once more, ask your IT department and give them the reference below.',
  },
  MICROSOFT_UNREACHABLE: {
    title: 'Microsoft does not answer',
    happened: 'The sign-in worked up to the point where we had to reach Microsoft. Nothing was connected.',
    todo: 'Try again in a few minutes.',
  },
}

/** Nobody knows whether the person is in one of the groups that may connect. */
const TOO_MANY_GROUPS: Explanation = {
  title: 'You are in too many groups to check',
  happened:
    'Your organisation lets only some groups connect, and Microsoft does not tell us your groups when there are more than 200. Nothing was connected.',
  todo: 'Ask an administrator to require assignment for Microsoft 365 Sync in Microsoft Entra, and to clear the groups at the organisation’s page with us.',
}

const OURS: Explanation = {
  title: 'Something went wrong on our side',
  happened: 'We could not finish this, and it is not your doing.',
  todo: 'Try again in a few minutes. If it keeps happening, contact support and give them the reference below.',
}

/** Links that lead on from a failure; each is an address of ours or a registered one of the integrator. */
export interface WaysOn {
  readonly again?: string | undefined
  readonly back?: { readonly name: string; readonly url: string } | undefined
  /** Where an administrator installs, for somebody whose organisation has not. */
  readonly installUrl?: string | undefined
}

const FOR_ADMINISTRATORS: readonly FailureCode[] = ['ORGANISATION_NOT_INSTALLED', 'APPROVAL_REQUIRED']

/** The page a person sees when connecting failed. Nothing of the request or of the error's text is on it. */
export function failurePage(error: SyncError, requestId: string, ways: WaysOn = {}): Promise<ApiResponse> {
  const isUnknown = error.code === 'ORGANISATION_RESTRICTED' && error.facts['reason'] === 'groups-unknown'
  return explainedPage(isUnknown ? TOO_MANY_GROUPS : (EXPLANATIONS[error.code] ?? OURS), error, requestId, ways)
}

export function explainedPage(
  { title, happened, todo }: Explanation,
  error: SyncError,
  requestId: string,
  { again, back, installUrl }: WaysOn,
): Promise<ApiResponse> {
  const { code, failure } = error
  const hasMessage = installUrl !== undefined && FOR_ADMINISTRATORS.includes(code)
  return page({
    status: failure.http,
    title,
    headers: retryAfter(error),
    content: html`<h1>${title}</h1>
<p>${happened}</p>
<p><strong>What to do:</strong> ${todo}</p>
${hasMessage ? readyMessage(installUrl) : ''}
${again || back ? actions({ again, back }) : ''}
<p class="quiet reference">Reference: ${requestId} (${code})</p>`,
  })
}

const actions = ({ again, back }: WaysOn): Markup => html`<div class="actions">
${again === undefined ? '' : html`<a class="button primary" href="${again}">Try again</a>`}
${back === undefined ? '' : html`<a class="button" href="${back.url}">Back to ${back.name}</a>`}
</div>`
