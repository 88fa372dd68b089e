import { SyncError } from '../../core/errors.ts'
import { type Answer, CALLS_AT_ONCE, type Call, type EventWriter } from '../../push/writer.ts'
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
    if (calls.length === 0) return []
    return judge(calls, await ask(send, calls.map(requestOf)))
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

/**
 * A token that runs out while a batch is at work leaves some calls done: those it was too old for are `later`.
 * @throws SyncError `MICROSOFT_TOKEN_EXPIRED` when it was too old for all of them.
 */
function judge(calls: readonly Call[], replies: readonly Reply[]): readonly Answer[] {
  const expired = replies.flatMap((reply) =>
    reply !== undefined && 'failure' in reply && reply.failure.status === 401 ? [reply.failure] : [],
  )
  if (expired[0] !== undefined && expired.length === calls.length) throw new GraphError(expired[0])
  return calls.map((call, index) => answerTo(call, replies[index]))
}
