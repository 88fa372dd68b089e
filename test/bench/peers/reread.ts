import { type Clock, days, elapsed, later } from '../../../shared/core/time.ts'
import type { GraphReader } from './graph-client.ts'
import { Mirror } from './mirror.ts'
import { type Notification, type Peer, READ_ANYWAY_EVERY, windowAt } from './peer.ts'

/** Reads the window again when it is notified: once for all notifications that have come until it begins. */
export function createReread(graph: GraphReader, clock: Clock, notificationUrl: string) {
  const mirror = new Mirror()
  let readAt = clock.now()
  let isTold = false

  async function read(): Promise<number> {
    readAt = clock.now()
    isTold = false
    mirror.replaceAll(await graph.readAll(windowAt(readAt)))
    return 0
  }

  const peer: Peer = {
    name: 'window again at every notification',
    async start() {
      await graph.subscribe(notificationUrl, later(clock.now(), days(6)))
      await read()
    },
    isDue: () => isTold || elapsed(readAt, clock.now()) >= READ_ANYWAY_EVERY,
    work: read,
    lines: async (span) => mirror.lines(span),
    rowsWritten: () => mirror.rowsWritten,
  }
  const notified = (_: readonly Notification[]) => {
    isTold = true
  }
  return { peer, notified }
}
