import type { Page } from 'playwright-core'
import { eventually } from './eventually.ts'
import { useRig } from './flowagent.ts'
import type { WireEvent } from './flowagent-api-calendar.ts'

const ZONE = 'Europe/Copenhagen'

/** A time of November 2026 as the API tells it, and as it takes it. */
export const at = (day: string, hour: string) => ({ time: `2026-11-${day}T${hour}:00+01:00`, tzid: ZONE })
export const wall = (day: string, hour: string) => ({ time: `2026-11-${day}T${hour}:00`, tzid: ZONE })

export const REVIEW: WireEvent = {
  event_uid: 'evt_review',
  summary: 'Review',
  start: at('18', '10:00'),
  end: at('18', '11:30'),
}

/** Two days of a series that FlowAgent made. */
export const STAND_UP: WireEvent[] = [0, 1].map((index) => ({
  event_uid: `evt_s${index}`,
  ...(index === 0 ? { event_id: 'fa-s' } : {}),
  series_event_id: 'fa-s',
  summary: 'Stand-up',
  recurring: true,
  recurrence: { rules: [{ frequency: 'daily', interval: 1 }] },
  start: at(`${17 + index}`, '09:00'),
  end: at(`${17 + index}`, '09:30'),
}))

export const item = (page: Page, id: string) => page.locator(`[data-item="${id}"]`)
export const review = (page: Page) => item(page, 'cal_1_a/evt_review')
export const named = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
export const focusedText = (page: Page) => page.evaluate(() => document.activeElement?.textContent)

/** For each test a FlowAgent with its API, and the week of Wednesday 18 November 2026. */
export function useWeek() {
  const rig = useRig()

  return {
    rig,
    async open(...events: WireEvent[]) {
      rig().api.put(...events)
      const visitor = await rig().visitConnected('/calendar', { viewport: { width: 1280, height: 900 } })
      await named(visitor.page, 'Week').click()
      await visitor.page.locator('#grid [role=gridcell][data-date="2026-11-18"]').last().waitFor()
      await visitor.page.locator('#frame[data-state=ready]').waitFor()
      return visitor
    },
    /** What the API was asked to write. */
    bodies: () => rig().api.writes.map(({ body }) => body),
    written: (count = 1) => eventually(`${count} changes are sent`, () => rig().api.writes.length === count),
  }
}
