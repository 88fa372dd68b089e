import type { Delivery, Post } from '../../shared/channels/ports.ts'
import type { Clock, EpochMs } from '../../shared/core/time.ts'

/** A notification as a receiver gets it. */
export interface Received {
  readonly at: EpochMs
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly notification: { readonly type: string; readonly changes_since?: string } & Readonly<Record<string, unknown>>
}

/** Integrators' receivers in memory. A test says what they answer; 200 unless it does. */
export interface Receivers {
  readonly post: Post
  readonly received: Received[]
  answer: (received: Received) => Delivery | Promise<Delivery>
  /** The kinds of what an address got, in order; of the last call on. */
  taken(url?: string): readonly string[]
}

export const OK: Delivery = { kind: 'answered', status: 200 }

export function createReceivers(clock: Clock): Receivers {
  let looked = 0
  const receivers: Receivers = {
    received: [],
    answer: () => OK,
    async post(url, headers, text) {
      const { notification } = JSON.parse(text) as Pick<Received, 'notification'>
      const one = { at: clock.now(), url, headers, text, notification }
      receivers.received.push(one)
      return receivers.answer(one)
    },
    taken(url) {
      const some = receivers.received.slice(looked)
      looked = receivers.received.length
      return some.filter((one) => one.url === (url ?? one.url)).map(({ notification }) => notification.type)
    },
  }
  return receivers
}
