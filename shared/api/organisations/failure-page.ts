import type { FailureCode } from '../../core/errors.ts'
import type { FailureAnswer } from '../failure.ts'
import { type Explanation, explainedPage, failurePage } from '../oauth/failure-page.ts'

const NOTHING = 'Nothing was installed or changed.'

/** What an administrator reads when something fails, where the words for people who connect would be the wrong ones. */
const EXPLANATIONS: Partial<Record<FailureCode, Explanation>> = {
  REQUEST_INVALID: {
    title: 'This link does not work',
    happened: `The address of this page is incomplete or was changed on the way. ${NOTHING}`,
    todo: 'Start again.',
  },
  SIGN_IN_EXPIRED: {
    title: 'This took too long',
    happened: `For your safety this has to be finished within half an hour. ${NOTHING}`,
    todo: 'Start again.',
  },
  SIGN_IN_ALREADY_USED: {
    title: 'This link was used before',
    happened: 'It works once. What it was for may have been done already.',
    todo: 'Look at the page of your organisation. If the app is not installed there, start again.',
  },
  SIGN_IN_OTHER_BROWSER: {
    title: 'This began in another browser',
    happened: `It has to be finished in the browser and the sign-in that began it, and the browser must allow cookies. ${NOTHING}`,
    todo: 'Start again, in one browser.',
  },
  CONSENT_DECLINED: {
    title: 'Not installed',
    happened: 'Microsoft tells us that the permissions were not given. So nothing was installed.',
    todo: 'If you want to install after all, start again and accept what Microsoft asks.',
  },
  ADMINISTRATOR_REQUIRED: {
    title: 'This takes an administrator',
    happened: `Only a Global Administrator, Privileged Role Administrator, Application Administrator or Cloud Application Administrator can do this. ${NOTHING}`,
    todo: 'Sign in as one of them, or send one of them the address of the page.',
  },
  INSTALLATION_OTHER_ORGANISATION: {
    title: 'This is another organisation',
    happened: `You signed in to another organisation than the one the permissions were given for. ${NOTHING}`,
    todo: 'Start again, and choose the same account on both pages of Microsoft.',
  },
  ORGANISATION_UNINSTALLING: {
    title: 'It is being uninstalled',
    happened: 'What was stored of your organisation before is still being erased.',
    todo: 'Try again in an hour.',
  },
  ORGANISATION_NOT_INSTALLED: {
    title: 'Not installed for your organisation',
    happened: 'Microsoft 365 Sync is not installed for the organisation you signed in to.',
    todo: 'Install it, or sign in with an account of another organisation.',
  },
  SESSION_OVER: {
    title: 'You are no longer signed in',
    happened: `A sign-in lasts for half an hour. ${NOTHING}`,
    todo: 'Sign in again.',
  },
}

/** Where the next try begins, when it is another page than the one that failed. */
const ELSEWHERE: Partial<Record<FailureCode, string>> = { ORGANISATION_NOT_INSTALLED: '/install' }

const failureOf =
  (again: string): FailureAnswer =>
  (error, requestId) => {
    const explanation = EXPLANATIONS[error.code]
    if (explanation === undefined) return failurePage(error, requestId, { again })
    return explainedPage(explanation, error, requestId, { again: ELSEWHERE[error.code] ?? again })
  }

export const installFailure = failureOf('/install')
export const organisationFailure = failureOf('/organisation/sign-in')
