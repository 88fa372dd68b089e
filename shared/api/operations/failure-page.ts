import type { FailureAnswer } from '../failure.ts'
import { explainedPage, failurePage } from '../oauth/failure-page.ts'

const NOT_FOR_YOU = {
  title: 'This page is not for you',
  happened: 'Nothing is shown.',
  todo: 'If you came here by a link, tell whoever gave it to you.',
}

const NOTHING_HERE = {
  title: 'There is no such page',
  happened: 'Nothing is at this address.',
  todo: 'Look whether the address is complete.',
}

/** Says of the pages of operators nothing to anybody else, not even who might see them. */
export const operationsFailure: FailureAnswer = (error, requestId) => {
  if (error.code === 'OPERATOR_REQUIRED') return explainedPage(NOT_FOR_YOU, error, requestId, {})
  if (error.code === 'NOT_FOUND') return explainedPage(NOTHING_HERE, error, requestId, {})
  return failurePage(error, requestId, { again: '/operations' })
}
