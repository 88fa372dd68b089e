import { systemRandom } from '../../shared/core/random.ts'
import { epochMs } from '../../shared/core/time.ts'
import { createGraphClient } from '../../shared/microsoft/graph/client.ts'
import { createMailbox } from '../../shared/microsoft/graph/mailbox.ts'

export const GRAPH = 'https://graph.example'
/** Where the next changes are. */
export const NEXT = `${GRAPH}/v1.0/Me/calendarview/delta?$skiptoken=aB%2Bc+d`
export const WINDOW = { from: epochMs(Date.UTC(2026, 10, 1)), to: epochMs(Date.UTC(2026, 11, 1)) }

interface Sent {
  readonly url: string
  readonly method: string | undefined
  readonly headers: Headers
  readonly body: unknown
}

/** The client and a mailbox in front of a Graph that answers as told, and what reached it. */
export function graphAnswering(answer: () => Response | Promise<Response>) {
  const sent: Sent[] = []
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    sent.push({ url: String(input), method: init?.method, headers: new Headers(init?.headers), body: init?.body })
    return answer()
  }
  const send = createGraphClient({ graphUrl: GRAPH, fetch, random: systemRandom }, 'a-token')
  const urls = { notificationUrl: 'https://sync.example/n', lifecycleUrl: 'https://sync.example/l' }
  return { send, sent, mailbox: createMailbox({ send, ...urls }) }
}

export const at = (dateTime: string, timeZone = 'UTC') => ({ dateTime, timeZone })

/** An occurrence with nothing but its times. */
export const OCCURRENCE = {
  '@odata.etag': 'W/"1"',
  id: 'occurrence-1',
  type: 'occurrence',
  seriesMasterId: 'series-1',
  start: at('2026-11-10T08:00:00.0000000'),
  end: at('2026-11-10T09:30:00.0000000'),
}
export const SINGLE = { ...OCCURRENCE, id: 'single-1', type: 'singleInstance', seriesMasterId: null, isAllDay: false }

/** A page of items, the last one unless told otherwise. */
export const page = (value: readonly object[], links: object = { '@odata.deltaLink': NEXT }) => ({ value, ...links })
