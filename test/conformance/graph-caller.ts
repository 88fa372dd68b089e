import * as z from 'zod'
import { TOUR_HEADER } from './recorder.ts'

/** What is looked at in an answer: its id, its items and their ids. */
const Answer = z.looseObject({
  id: z.string().default(''),
  '@odata.etag': z.string().default(''),
  value: z.array(z.looseObject({ id: z.string().default('') })).default([]),
})
export type Answer = z.infer<typeof Answer>

interface Options {
  readonly body?: unknown
  readonly headers?: Record<string, string>
  /** The status that the step is about; 2xx when absent. */
  readonly status?: number
}

/** Calls Graph below /v1.0 as a client would. @throws Error when the status is another one than the step is about. */
export type GraphCaller = (method: string, path: string, options?: Options) => Promise<Answer>

export function createGraphCaller(graphUrl: string, token: string): GraphCaller {
  return async (method, path, { body, headers = {}, status } = {}) => {
    const sent = { [TOUR_HEADER]: '1', authorization: `Bearer ${token}`, ...headers }
    const json = body === undefined ? {} : { body: JSON.stringify(body) }
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const answer = await fetch(`${graphUrl}/v1.0${path}`, { method, headers: { ...sent, ...type }, ...json })
    const text = await answer.text()
    const expected = status === undefined ? answer.ok : answer.status === status
    if (!expected) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
    return Answer.parse(text === '' ? {} : JSON.parse(text))
  }
}
