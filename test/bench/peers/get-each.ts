import { type Clock, days, elapsed, later } from '../../../shared/core/time.ts'
import type { GraphReader } from './graph-client.ts'
import { isIn } from './lines.ts'
import { Mirror } from './mirror.ts'
import { type Notification, type Peer, READ_ANYWAY_EVERY, windowAt } from './peer.ts'

/** Graph lets an app have four requests in flight for a mailbox. */
const AT_ONCE = 4

/** Gets each event that a notification names, and the occurrences where it is a series. */
export function createGetEach(graph: GraphReader, clock: Clock, notificationUrl: string) {
  const mirror = new Mirror()
  /** What each event that is to be looked at was last told to be. */
  let told = new Map<string, Notification['changeType']>()
  let readAt = clock.now()

  async function readAll(): Promise<void> {
    readAt = clock.now()
    told = new Map()
    mirror.replaceAll(await graph.readAll(windowAt(readAt)))
  }

  async function look(id: string): Promise<void> {
    const event = await graph.readOne(id)
    const window = windowAt(clock.now())
    if (event === undefined) forget(id)
    else if (event.type === 'seriesMaster') mirror.replaceSeries(id, await graph.readSeries(id, window))
    else if (isInWindow(event)) mirror.put(event)
    else mirror.remove(id)
  }

  function isInWindow({ start, end }: { start: { dateTime: string }; end: { dateTime: string } }): boolean {
    const [startAt = 0, endAt = 0] = [start, end].map(({ dateTime }) => Date.parse(`${dateTime}Z`))
    return isIn({ startAt, endAt }, windowAt(clock.now()))
  }

  function forget(id: string): void {
    mirror.remove(id)
    mirror.replaceSeries(id, [])
  }

  async function lookAtAll(): Promise<void> {
    const all = [...told]
    told = new Map()
    for (const [id, change] of all) if (change === 'deleted') forget(id)
    const others = all.flatMap(([id, change]) => (change === 'deleted' ? [] : [id]))
    for (let at = 0; at < others.length; at += AT_ONCE) await Promise.all(others.slice(at, at + AT_ONCE).map(look))
  }

  const isOld = () => elapsed(readAt, clock.now()) >= READ_ANYWAY_EVERY
  const peer: Peer = {
    name: 'GET of each event notified',
    async start() {
      await graph.subscribe(notificationUrl, later(clock.now(), days(6)))
      await readAll()
    },
    isDue: () => told.size > 0 || isOld(),
    async work() {
      if (isOld()) await readAll()
      else await lookAtAll()
      return 0
    },
    lines: async (span) => mirror.lines(span),
    rowsWritten: () => mirror.rowsWritten,
  }
  const notified = (notifications: readonly Notification[]) => {
    for (const { changeType, resourceData } of notifications) told.set(resourceData.id, changeType)
  }
  return { peer, notified }
}
