import type { Connection, link as Link, Sender, Session } from 'rhea'
import type { SessionReceiver } from '../model/lane.ts'

/** What the broker knows about one connection. */
export interface Peer {
  /** Paths that its tokens have opened. */
  readonly opened: Set<string>
  /** Links to send answers on, by the address that requests give as `reply_to`. */
  readonly replies: Map<string, Sender>
  /** Receivers that have or await a session, by link name. */
  readonly sessionReceivers: Map<string, SessionReceiver>
}

/** The connections that are open, and what has to happen when one of them or a link of theirs ends. */
export interface Peers {
  of(connection: Connection): Peer
  /** Runs `end` once, whichever goes first: the link, its AMQP session or the connection. */
  onEnd(link: Link, end: () => void): void
  /** The remote side has ended a link, an AMQP session with all its links, or the connection. */
  ended(what: Link | Session | Connection): void
}

export function createPeers(): Peers {
  const peers = new Map<Connection, Peer>()
  const ends = new Map<Link, () => void>()

  return {
    of(connection) {
      const peer = peers.get(connection) ?? { opened: new Set(), replies: new Map(), sessionReceivers: new Map() }
      peers.set(connection, peer)
      return peer
    },
    onEnd(link, end) {
      ends.set(link, end)
    },
    ended(what) {
      for (const [link, end] of ends) {
        if (link !== what && link.session !== what && link.connection !== what) continue
        ends.delete(link)
        end()
      }
      for (const connection of peers.keys()) if (connection === what) peers.delete(connection)
    },
  }
}
