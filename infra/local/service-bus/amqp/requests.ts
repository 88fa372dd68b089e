import rhea, { type EventContext, type Message, type Receiver } from 'rhea'
import { CONDITIONS, Refusal } from '../model/refusal.ts'
import { Offence, ours } from './offence.ts'
import type { Peer } from './peers.ts'
import { acceptAttach, sendSettled } from './rhea.ts'

/** How an endpoint names the parts of its answer: `$cbs` and `$management` differ. */
interface AnswerNames {
  code: string
  description: string
  condition: string
}

export interface Answer {
  status: number
  body?: unknown
}

/**
 * Answers each request on a link with a message on the link that the request names in `reply_to`. A refusal becomes a
 * status and a condition; a request that names no link of this connection can have no answer.
 */
export function answerRequests(
  receiver: Receiver,
  peer: Peer,
  names: AnswerNames,
  handle: (request: Message) => Answer,
): void {
  acceptAttach(receiver)
  receiver.on(
    'message',
    ours(({ message, delivery }: Required<EventContext>) => {
      const id: unknown = message.message_id ?? ''
      if (typeof id !== 'string' && !Number.isSafeInteger(id))
        throw new Offence('a request whose id cannot be answered')
      delivery.accept()
      const reply = peer.replies.get(String(message.reply_to))
      const answer = reply?.send({ correlation_id: id as string, ...attempt(names, () => handle(message)) })
      // rhea keeps what is not settled, and can keep 2,048 of it.
      if (answer !== undefined) sendSettled(answer)
    }),
  )
}

function attempt(names: AnswerNames, handle: () => Answer) {
  try {
    const { status, body } = handle()
    return { application_properties: { [names.code]: rhea.types.wrap_int(status), [names.description]: 'OK' }, body }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return {
      application_properties: {
        [names.code]: rhea.types.wrap_int(CONDITIONS[error.condition]),
        [names.description]: error.message,
        [names.condition]: rhea.types.wrap_symbol(error.condition),
      },
      body: undefined,
    }
  }
}
