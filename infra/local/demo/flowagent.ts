import { type Clock, days, earlier, later } from '../../../shared/core/time.ts'
import type { DeleteRequest, SaveRequest } from '../flowagent/change-request.ts'
import type { CalendarChoice, CalendarItem, LiveMessage, Refused } from '../flowagent/messages.ts'
import { signIn } from '../sample-integrator.ts'
import { createVisitor, titleOf } from '../visitor.ts'
import { openPage } from './open-page.ts'
import { watchFor } from './patience.ts'

/** Days from today. */
export interface DayRange {
  readonly from: number
  readonly to: number
}

/** Somebody with FlowAgent open in a browser. */
export interface FlowAgentVisitor {
  /** Presses Connect to Microsoft on Account Settings, signs in and comes back. */
  connect(address: string): Promise<void>
  /** The calendar that new events go to. */
  calendar(): Promise<CalendarChoice>
  /** What the calendar shows; everything when no range is given. */
  events(range?: DayRange): Promise<readonly CalendarItem[]>
  /** Looks at the calendar until it shows what is expected. @throws Error after twenty seconds. */
  waitFor(
    what: string,
    expected: (events: readonly CalendarItem[]) => boolean,
    range?: DayRange,
  ): Promise<readonly CalendarItem[]>
  /** Presses Save. @throws Error when the change is not accepted. */
  save(request: SaveRequest): Promise<void>
  /** Presses Save and listens until FlowAgent tells what is `wanted`. @throws Error after twenty seconds. */
  saveAndHear<T>(request: SaveRequest, wanted: (message: LiveMessage) => T | undefined): Promise<T>
  /** Presses Delete, which can be undone for six seconds. @throws Error when it is not accepted. */
  remove(request: DeleteRequest): Promise<void>
}

const EVERYTHING: DayRange = { from: -40, to: 199 }

export function openFlowAgent(base: string, clock: Clock): FlowAgentVisitor {
  const visitor = createVisitor()
  const dayAt = (offset: number) => {
    const at = offset < 0 ? earlier(clock.now(), days(-offset)) : later(clock.now(), days(offset))
    return new Date(at).toISOString().slice(0, 10)
  }

  async function events({ from, to } = EVERYTHING): Promise<readonly CalendarItem[]> {
    const query = new URLSearchParams({ from: dayAt(from), to: dayAt(to), tzid: 'Etc/UTC' })
    const answer = await visitor.fetch(`${base}/data/events?${query}`)
    return answer.ok ? ((await answer.json()) as CalendarItem[]) : []
  }

  async function change(method: string, request: SaveRequest | DeleteRequest): Promise<void> {
    const headers = { origin: base, 'content-type': 'application/json' }
    const answer = await visitor.fetch(`${base}/data/events`, { method, headers, body: JSON.stringify(request) })
    if (answer.status !== 202) throw new Error(`not accepted: ${JSON.stringify((await answer.json()) as Refused)}`)
  }

  return {
    events,
    async connect(address) {
      await visitor.open(`${base}/settings`)
      const answer = await visitor.fetch(`${base}/connect`, { method: 'POST', headers: { origin: base } })
      const { location } = (await answer.json()) as { location: string }
      const back = await signIn(visitor, location, address, `${base}/`)
      if (!back.url.href.startsWith(base)) throw new Error(`connecting ended on: ${titleOf(back)}`)
      await visitor.open(back.url.href)
    },
    async calendar() {
      const answer = await visitor.fetch(`${base}/data/calendars`)
      const [first] = (await answer.json()) as CalendarChoice[]
      if (first === undefined) throw new Error('there is no calendar')
      return first
    },
    waitFor: (what, expected, range) =>
      watchFor(clock, `${what}, in FlowAgent`, async () => {
        const shown = await events(range)
        return expected(shown) ? shown : undefined
      }),
    save: (request) => change('POST', request),
    async saveAndHear(request, wanted) {
      const page = await openPage(visitor, `${base}/live`, clock)
      try {
        await change('POST', request)
        return await page.hear('what came of the change', wanted)
      } finally {
        page.close()
      }
    },
    remove: (request) => change('DELETE', request),
  }
}
