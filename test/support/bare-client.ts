import type { Graph } from '../../infra/local/microsoft365/graph/graph.ts'
import type { Window } from '../../infra/local/microsoft365/mailbox/event.ts'
import type { Person } from '../../infra/local/microsoft365/world.ts'

/** A client that follows links and does nothing else: nobody can read changes with fewer requests. */
export interface BareClient {
  /** Reads to the end of a round. @returns how many pages that took. */
  round(): Promise<number>
  /** Forgets the cursor: the next round reads everything. */
  restart(): void
}

interface Options {
  readonly graph: Graph
  readonly person: Person
  readonly token: string
  readonly window: Window
}

export function createBareClient({ graph, person, token, window }: Options): BareClient {
  const [from, to] = [window.from, window.to].map((at) => new Date(at).toISOString())
  const start = `http://localhost:4000/v1.0/users/${person.oid}/calendarView/delta?startDateTime=${from}&endDateTime=${to}`
  const headers = { authorization: `Bearer ${token}`, prefer: 'odata.maxpagesize=200' }
  let link = start
  return {
    async round() {
      for (let pages = 1; ; pages++) {
        const page = (await (await graph.fetch(new Request(link, { headers }))).json()) as Record<string, string>
        const next = page['@odata.nextLink']
        link = next ?? page['@odata.deltaLink'] ?? start
        if (next === undefined) return pages
      }
    },
    restart() {
      link = start
    },
  }
}
