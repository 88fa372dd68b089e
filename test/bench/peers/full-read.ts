import { type Clock, elapsed } from '../../../shared/core/time.ts'
import type { GraphReader } from './graph-client.ts'
import { Mirror } from './mirror.ts'
import { type Peer, POLL_EVERY, windowAt } from './peer.ts'

/** Reads everything at every poll, with the client's own PageIterator. */
export function createFullRead(graph: GraphReader, clock: Clock): Peer {
  const mirror = new Mirror()
  let readAt = clock.now()

  async function read(): Promise<number> {
    readAt = clock.now()
    mirror.replaceAll(await graph.readAll(windowAt(readAt)))
    return 0
  }

  return {
    name: 'full read at every poll',
    async start() {
      await read()
    },
    isDue: () => elapsed(readAt, clock.now()) >= POLL_EVERY,
    work: read,
    lines: async (span) => mirror.lines(span),
    rowsWritten: () => mirror.rowsWritten,
  }
}
