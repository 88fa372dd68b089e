import rhea, { type Connection, type EventContext, type link as Link, type Receiver, type Sender } from 'rhea'
import type { Clock } from '../../../../shared/core/time.ts'
import type { Queue, QueuePair } from '../model/queue.ts'
import { Refusal } from '../model/refusal.ts'
import { takeMessages } from './incoming.ts'
import { manage } from './management.ts'
import { ours } from './offence.ts'
import { createOutgoing } from './outgoing.ts'
import { createPeers, type Peers } from './peers.ts'
import { answerRequests } from './requests.ts'
import { acceptAttach, addressOf, ignoreLateEnds, refuseAttach } from './rhea.ts'
import { attachSession, SESSION_FILTER } from './session-link.ts'
import { type AccessKey, openedPath } from './tokens.ts'

const CBS = '$cbs'
const MANAGEMENT = '/$management'

const CBS_NAMES = { code: 'status-code', description: 'status-description', condition: 'error-condition' }
const MANAGEMENT_NAMES = { code: 'statusCode', description: 'statusDescription', condition: 'errorCondition' }

interface FaceDependencies {
  queues: readonly QueuePair[]
  access: AccessKey
  clock: Clock
}

/**
 * The queues as AMQP 1.0 shows them: `$cbs` for tokens, one address per queue and subqueue, and `$management` below each.
 * @returns a rhea container, and what to call when a connection is gone.
 */
export function createFace({ queues, access, clock }: FaceDependencies) {
  const byAddress = new Map<string, Queue>()
  for (const { queue, deadLetters } of queues) {
    byAddress.set(queue.definition.name.toLowerCase(), queue)
    byAddress.set(deadLetters.definition.name.toLowerCase(), deadLetters)
  }
  const peers = createPeers()
  const container = rhea.create_container({ autoaccept: false, autosettle: false, treat_modified_as_released: false })

  /** @throws Refusal when there is no such queue, or no token of this connection opens it. */
  function find(link: Link, address: string | undefined): { queue: Queue; isManagement: boolean } {
    const path = (address ?? '').toLowerCase()
    const isManagement = path.endsWith(MANAGEMENT)
    const queue = byAddress.get(isManagement ? path.slice(0, -MANAGEMENT.length) : path)
    if (queue === undefined)
      throw new Refusal('amqp:not-found', `The messaging entity '${address}' could not be found.`)
    if (![...peers.of(link.connection).opened].some((prefix) => `${path}/`.startsWith(prefix && `${prefix}/`)))
      throw new Refusal('amqp:unauthorized-access', `Unauthorized access. A token for '${address}' is required.`)
    return { queue, isManagement }
  }

  function answerTokens(receiver: Receiver): void {
    const peer = peers.of(receiver.connection)
    answerRequests(receiver, peer, CBS_NAMES, ({ body, application_properties: properties }) => {
      peer.opened.add(openedPath(body, properties?.['name'], access, clock.now()))
      return { status: 202 }
    })
  }

  function answerManagement(receiver: Receiver, queue: Queue): void {
    const peer = peers.of(receiver.connection)
    answerRequests(receiver, peer, MANAGEMENT_NAMES, (request) => {
      const associated = String(request.application_properties?.['associated-link-name'])
      return manage(queue, request, peer.sessionReceivers.get(associated))
    })
  }

  /** The client sends on this link: tokens, management requests or messages. */
  function attachIncoming(receiver: Receiver): void {
    const { address } = addressOf(receiver.target)
    if (address === CBS) answerTokens(receiver)
    else {
      const { queue, isManagement } = find(receiver, address)
      if (isManagement) answerManagement(receiver, queue)
      else takeMessages(receiver, queue)
    }
  }

  /** The client receives on this link: answers to its requests, or messages. */
  function attachOutgoing(sender: Sender): void {
    const { address } = addressOf(sender.source)
    if (address === CBS) attachReplies(sender, peers)
    else {
      const { queue, isManagement } = find(sender, address)
      if (isManagement) attachReplies(sender, peers)
      else attachConsumer(sender, queue, peers)
    }
  }

  const orRefuse = <L extends Link>(link: L, attach: (link: L) => void) => {
    try {
      attach(link)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refuseAttach(link, { condition: error.condition, description: error.message })
    }
  }

  container.on(
    'receiver_open',
    ours(({ receiver }: Required<EventContext>) => orRefuse(receiver, attachIncoming)),
  )
  container.on(
    'sender_open',
    ours(({ sender }: Required<EventContext>) => orRefuse(sender, attachOutgoing)),
  )
  container.on(
    'sender_close',
    ours(({ sender }: Required<EventContext>) => peers.ended(sender)),
  )
  container.on(
    'session_close',
    ours(({ session }: Required<EventContext>) => peers.ended(session)),
  )
  for (const gone of ['connection_close', 'disconnected'])
    container.on(
      gone,
      ours(({ connection }: EventContext) => peers.ended(connection)),
    )
  container.on('connection_open', ({ connection }: EventContext) => ignoreLateEnds(connection))
  return { container, gone: (connection: Connection) => peers.ended(connection) }
}

function attachConsumer(sender: Sender, queue: Queue, peers: Peers): void {
  const wantsSession = SESSION_FILTER in (sender.source?.filter ?? {})
  if (wantsSession !== queue.definition.requiresSession) throw wrongKind(queue)
  if (wantsSession) attachSession(sender, queue, peers)
  else attachCompeting(sender, queue, peers)
}

function attachCompeting(sender: Sender, queue: Queue, peers: Peers): void {
  acceptAttach(sender)
  const { lane, stop } = queue.consume({ wake: () => outgoing.pump() })
  const outgoing = createOutgoing(sender, queue, () => lane)
  peers.onEnd(sender, stop)
}

function attachReplies(sender: Sender, peers: Peers): void {
  acceptAttach(sender)
  const { replies } = peers.of(sender.connection)
  const address = addressOf(sender.target).address ?? sender.name
  replies.set(address, sender)
  peers.onEnd(sender, () => replies.delete(address))
}

const wrongKind = ({ definition }: Queue) =>
  new Refusal(
    'amqp:not-allowed',
    definition.requiresSession
      ? 'It is not possible for an entity that requires sessions to create a non-sessionful message receiver.'
      : 'A sessionful message receiver cannot be created on an entity that does not require sessions.',
  )
