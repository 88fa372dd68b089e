import { SyncError } from '../../core/errors.ts'
import { CALLS_AT_ONCE, type Call, type EventWriter } from '../../push/writer.ts'
import { type Reply, sendBatch } from './batch.ts'
import type { GraphRequest, GraphSend } from './client.ts'
import { answerTo, isPassing } from './event-answers.ts'
import { anyMarked, requestOf } from './event-requests.ts'
import { GraphError } from './failure.ts'
import { parse } from './parse.ts'
import { IdList } from './wire.ts'

/**
 * Writes to one person's mailbox through Graph with their token: one call as a request of its own, more as one batch.
 * An answer that will be another one after a while (throttled, failing, timed out) is `later` for every call it is the
 * answer to, whether it was given to one call or to a batch as a whole: some of it may have been done.
 */
export const createEventWriter = ({ send }: { readonly send: GraphSend }): EventWriter => ({
  async run(calls) {
    if (calls.length > CALLS_AT_ONCE) throw new SyncError('INTERNAL', 'too many calls for one request')
    const ready = calls.map(madeReady)
    const requests = ready.flatMap((one) => ('request' in one ? one.request : []))
    const replies = [...(requests.length > 0 ? await ask(send, requests) : [])]
    assertFreshToken(replies)
    return calls.map((call, at) => {
      const one = ready[at]
      return one !== undefined && 'error' in one ? { kind: 'mistake', ...one } : answerTo(call, replies.shift())
    })
  },
  async holdsMarked(calendarProviderId) {
    return parse(IdList, await send(anyMarked(calendarProviderId))).value.length > 0
  },
})

async function ask(send: GraphSend, requests: readonly GraphRequest[]): Promise<readonly Reply[]> {
  const [only, ...more] = requests
  try {
    if (only !== undefined && more.length === 0) return [{ body: await send(only) }]
    return await sendBatch(send, requests)
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
    if (more.length > 0 && !isPassing(error.answer)) throw refusedBatch(error)
    return requests.map(() => ({ failure: error.answer }))
  }
}

/** A batch that is refused as a whole says nothing about an event: with a 404 no event is gone. */
const refusedBatch = (error: GraphError): SyncError =>
  new SyncError('MICROSOFT_REFUSED', 'Graph refused a batch', { facts: error.facts, cause: error })

/** What is wrong with one call keeps no other from being asked. */
function madeReady(call: Call): { readonly request: GraphRequest } | { readonly error: unknown } {
  try {
    return { request: requestOf(call) }
  } catch (error) {
    return { error }
  }
}

/**
 * A token that runs out while a batch is at work leaves some calls done: those it was too old for are `later`.
 * @throws SyncError `MICROSOFT_TOKEN_EXPIRED` when it was too old for all of them.
 */
function assertFreshToken(replies: readonly Reply[]): void {
  const expired = replies.flatMap((reply) =>
    reply !== undefined && 'failure' in reply && reply.failure.status === 401 ? [reply.failure] : [],
  )
  if (expired[0] !== undefined && expired.length === replies.length) throw new GraphError(expired[0])
}
