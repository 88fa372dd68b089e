import rhea, {
  type AmqpError,
  type Connection,
  type Delivery,
  type link as Link,
  type Message,
  type Sender,
  type TerminusOptions,
  type Typed,
} from 'rhea'

/**
 * What a broker needs from rhea's links and rhea does not declare: a link answers an attach by itself, and counts
 * credit in fields of its own. Only this file reaches inside.
 */
interface LinkInside {
  state: { local_open: boolean; open_requests: number }
  local: { attach: { properties?: Record<string, unknown>; max_message_size?: number; snd_settle_mode?: number } }
  credit: number
  delivery_count: number
  _get_drain(): boolean
}

interface Described {
  described(): Typed
}

const inside = (link: Link): LinkInside => link as unknown as LinkInside
const outcomes = rhea.message as unknown as {
  accepted(): Described
  rejected(fields: { error: AmqpError }): Described
}

export const encodeMessage = (content: Message): Buffer => rhea.message.encode(content)
export const decodeMessage = (encoded: Buffer): Message => rhea.message.decode(encoded) as unknown as Message

interface ConnectionInside {
  remote_channel_map: Readonly<Record<number, unknown>>
  on_detach(frame: { channel: number }): void
  on_end(frame: { channel: number }): void
}

/**
 * Lets a detach or an end pass for which there is no session any more: the client library still sends a detach when the
 * answer to its attach crosses the end of its session, as at the end of a wait for a session. The service's own AMQP
 * library ignores both, and any other frame for a missing session ends the connection there as here.
 * @see https://github.com/Azure/azure-amqp/blob/master/src/AmqpConnection.cs OnReceiveSessionFrame
 */
export function ignoreLateEnds(connection: Connection): void {
  const target = connection as unknown as ConnectionInside
  for (const name of ['on_detach', 'on_end'] as const) {
    const handle = target[name].bind(target)
    target[name] = (frame) => {
      if (frame.channel in target.remote_channel_map) handle(frame)
    }
  }
}

/** Withdraws the answer that rhea has prepared for an attach; `link.open()` sends it later. Only in the open event. */
export function holdAttach(link: Link): void {
  const { state } = inside(link)
  state.local_open = false
  state.open_requests = 0
}

interface AttachAnswer {
  properties?: Record<string, unknown>
  maxMessageSize?: number
}

/** What the answer to an attach says besides its addresses. */
export function describeAttach(link: Link, { properties, maxMessageSize }: AttachAnswer): void {
  const { attach } = inside(link).local
  if (properties !== undefined) attach.properties = properties
  if (maxMessageSize !== undefined) attach.max_message_size = maxMessageSize
  if (link.is_sender()) attach.snd_settle_mode = link.snd_settle_mode
}

/**
 * Answers an attach with the addresses it asked for. rhea sends the answer by itself after the open event. What came is
 * not sent back as it is: rhea would write into it, and all empty lists that it has read are one and the same.
 */
export function acceptAttach(link: Link): void {
  link.set_source(addressOf(link.source))
  link.set_target(addressOf(link.target))
}

/** An attach may do without a source, or a target. */
export const addressOf = (end: Partial<TerminusOptions> | null | undefined): TerminusOptions =>
  (typeof end?.address === 'string' ? { address: end.address } : {}) as TerminusOptions

/** Answers an attach with a link that has neither source nor target, and closes it with the reason. */
export function refuseAttach(link: Link, error: AmqpError): void {
  link.open()
  link.close(error)
}

/** Counts how many messages may still be sent: rhea's own count lags behind while deliveries wait for the next tick. */
interface Credit {
  available(): number
  use(): void
  /** Gives unused credit back as the receiver demanded, after all that is still under way. */
  drain(): void
}

export function createCredit(sender: Sender): Credit {
  const link = inside(sender)
  let used = 0
  let draining = false
  // rhea leaves the flag out when no credit is left, and the client then waits for its drain time-out; and it counts
  // credit down one by one, which takes a minute for the four thousand millions that a client may give.
  link._get_drain = () => {
    const answer = draining
    if (draining && link.credit > 0) {
      link.delivery_count += link.credit
      link.credit = 0
    }
    draining = false
    used = link.delivery_count
    return answer
  }

  return {
    available: () => (sender.sendable() ? link.credit + link.delivery_count - used : 0),
    use: () => {
      used += 1
    },
    drain() {
      draining = true
      sender.set_drained(true)
    },
  }
}

/** Ends a delivery for both sides with `accepted`, or with the reason why the receiver's wish was not met. */
export function settle(delivery: Delivery, error?: AmqpError): void {
  const state = error === undefined ? outcomes.accepted() : outcomes.rejected({ error })
  delivery.update(true, state.described())
  forget(delivery)
}

/** Marks a delivery as settled before it is sent: for receivers that want messages without a lock, and for answers. */
export function sendSettled(delivery: Delivery): void {
  Object.assign(delivery, { settled: true })
}

// The client never answers a settlement, and rhea would keep the delivery in its buffer of 2,048 until it did.
function forget(delivery: Delivery): void {
  Object.assign(delivery, { remote_settled: true })
}
