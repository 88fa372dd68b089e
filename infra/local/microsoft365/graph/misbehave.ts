import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { MailboxFailure } from '../mailbox/failures.ts'
import type { GraphEnvironment } from './context.ts'
import type { Faults, FaultyAnswer } from './faults.ts'

/** Gives the answers that were ordered in place of the real one, or after the real one was done. */
export function misbehave(faults: Faults) {
  const met = new WeakMap<FaultyAnswer, number>()
  return createMiddleware<GraphEnvironment>(async (c, next) => {
    const answer = take(faults, c, met)
    if (answer === undefined || answer.afterCommit) await next()
    if (answer === undefined) return
    const headers: Record<string, string> = answer.retryAfter === undefined ? {} : { 'Retry-After': answer.retryAfter }
    c.res = undefined
    if (!answer.withoutBody) throw new GraphFault(answer, headers)
    c.res = new Response(null, { status: answer.status, headers })
  })
}

/** An ordered failure, with the headers it goes out with. */
export class GraphFault extends MailboxFailure {
  readonly headers: Record<string, string>

  constructor(answer: FaultyAnswer, headers: Record<string, string> = {}) {
    const usual = USUAL[answer.status] ?? { code: 'UnknownError', message: '' }
    super(answer.status, answer.code ?? usual.code, answer.message ?? usual.message)
    this.headers = headers
  }
}

const USUAL: Record<number, { code: string; message: string }> = {
  401: { code: 'InvalidAuthenticationToken', message: 'Access token has expired.' },
  403: { code: 'ErrorAccessDenied', message: 'Access is denied. Check credentials and try again.' },
  404: { code: 'ErrorItemNotFound', message: 'The specified object was not found in the store.' },
  410: { code: 'SyncStateNotFound', message: 'The sync state generation is not found.' },
  429: { code: 'ApplicationThrottled', message: 'Application is over its MailboxConcurrency limit.' },
  503: { code: 'ServiceUnavailable', message: 'The service is temporarily unavailable.' },
}

/** @param met how many requests have matched each order so far */
function take(faults: Faults, c: Context, met: WeakMap<FaultyAnswer, number>): FaultyAnswer | undefined {
  const answer = faults.answers.find((each) => {
    const { times, path = '', method = c.req.method, every = 1 } = each
    if (times < 1 || !c.req.url.includes(path) || method !== c.req.method) return false
    met.set(each, (met.get(each) ?? 0) + 1)
    return (met.get(each) ?? 0) % every === 0
  })
  if (answer === undefined) return undefined
  answer.times -= 1
  if (answer.times === 0) faults.answers = faults.answers.filter((each) => each !== answer)
  return answer
}

/** Exchange serves four requests of one app for one mailbox at a time and refuses the fifth. */
export function limitConcurrency(faults: Faults) {
  const inFlight = new Map<string, number>()
  return createMiddleware<GraphEnvironment>(async (c, next) => {
    const { appId, oid } = c.get('caller')
    const key = `${appId} ${oid}`
    const running = inFlight.get(key) ?? 0
    if (running >= faults.concurrency) throw new GraphFault({ status: 429, times: 1 }, { 'Retry-After': '1' })
    inFlight.set(key, running + 1)
    try {
      await next()
    } finally {
      const left = (inFlight.get(key) ?? 1) - 1
      if (left === 0) inFlight.delete(key)
      else inFlight.set(key, left)
    }
  })
}
