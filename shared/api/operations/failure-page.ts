import { html } from 'hono/html'
import type { FailureAnswer } from '../failure.ts'
import { failurePage } from '../oauth/failure-page.ts'
import { page } from '../page.ts'

/** As often as the page itself, which somebody may have left open on a wall. */
const AGAIN_SECONDS = 60

/** Says nothing of the pages of operators to anybody else: not what they are, not even the failure's code. */
export const operationsFailure: FailureAnswer = async (error, requestId) => {
  if (error.code === 'OPERATOR_REQUIRED') return constant(403, 'This page is not for you')
  if (error.code === 'NOT_FOUND') return constant(404, 'There is no such page')
  const answer = await failurePage(error, requestId, { again: '/operations' })
  return answer.status < 500 ? answer : { ...answer, headers: { ...answer.headers, refresh: String(AGAIN_SECONDS) } }
}

const constant = (status: number, title: string) => page({ status, title, content: html`<h1>${title}</h1>` })
