import { type Clock, elapsed, seconds } from '../../../shared/core/time.ts'
import { signIn } from '../sample-integrator.ts'
import { createVisitor, titleOf } from '../visitor.ts'

/** An event as FlowAgent's calendar shows it. */
export interface ShownEvent {
  readonly title: string
  readonly start: string
}

/** Somebody with FlowAgent open in a browser. */
export interface FlowAgentVisitor {
  /** Presses Connect to Microsoft on Account Settings and signs in. */
  connect(address: string): Promise<void>
  events(): Promise<readonly ShownEvent[]>
  /** Looks at the calendar until it shows what is expected. @throws Error after ten seconds. */
  waitFor(expected: (events: readonly ShownEvent[]) => boolean): Promise<readonly ShownEvent[]>
}

const PATIENCE = seconds(20)
const LOOK_EVERY = seconds(0.02)

export function openFlowAgent(base: string, clock: Clock): FlowAgentVisitor {
  const visitor = createVisitor()
  const now = new Date(clock.now())
  const day = (offset: number) => new Date(now.getTime() + offset * 86_400_000).toISOString().slice(0, 10)

  async function events(): Promise<readonly ShownEvent[]> {
    const query = new URLSearchParams({ from: day(-40), to: day(199), tzid: 'Etc/UTC' })
    const answer = await visitor.fetch(`${base}/data/events?${query}`)
    return answer.ok ? ((await answer.json()) as ShownEvent[]) : []
  }

  return {
    events,
    async connect(address) {
      await visitor.open(`${base}/settings`)
      const answer = await visitor.fetch(`${base}/connect`, { method: 'POST', headers: { origin: base } })
      const { location } = (await answer.json()) as { location: string }
      const page = await signIn(visitor, location, address, `${base}/`)
      if (!page.url.href.startsWith(base)) throw new Error(`connecting ended on: ${titleOf(page)}`)
      await visitor.open(page.url.href)
    },
    async waitFor(expected) {
      const started = clock.now()
      for (;;) {
        const shown = await events()
        if (expected(shown)) return shown
        if (elapsed(started, clock.now()) > PATIENCE) throw new Error(`not seen; ${shown.length} events are shown`)
        await clock.sleep(LOOK_EVERY)
      }
    },
  }
}
