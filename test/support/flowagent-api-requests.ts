import { afterEach, beforeEach } from 'vitest'
import type { CalendarItem } from '../../infra/local/flowagent/messages.ts'
import { type ConnectedVisitor, connectVisitor } from './flowagent-api-visitor.ts'

export const COPENHAGEN = 'Europe/Copenhagen'

/** A wall clock of November 2026. */
export const wallOf = (time: string, tzid = COPENHAGEN) => ({ time: `2026-11-${time}:00`, tzid })

export const event = (uid: string, from: string, to: string) => ({
  event_uid: uid,
  summary: 'Review',
  start: { time: `2026-11-${from}:00+01:00`, tzid: COPENHAGEN },
  end: { time: `2026-11-${to}:00+01:00`, tzid: COPENHAGEN },
})

export const CREATION = {
  kind: 'create',
  calendarId: 'cal_1_a',
  itemId: 'fa-1',
  target: { eventId: 'fa-1' },
  title: 'Planning',
  fields: { title: 'Planning', start: wallOf('20T09:30'), end: wallOf('20T10:00') },
}

export const EDIT = {
  kind: 'edit',
  calendarId: 'cal_1_a',
  itemId: 'cal_1_a/evt_1',
  target: { uid: 'evt_1' },
  title: 'Review',
  basedOn: 'v-evt_1',
  fields: { place: 'Valby' },
}

export const DELETION = {
  kind: 'delete',
  calendarId: 'cal_1_a',
  itemId: 'cal_1_a/evt_1',
  target: { uid: 'evt_1' },
  title: 'Review',
}

/** For each test a FlowAgent with its API, and somebody connected. */
export function useVisitor() {
  let visitor: ConnectedVisitor

  beforeEach(async () => {
    visitor = await connectVisitor()
  })
  afterEach(() => visitor.close())

  return {
    visitor: () => visitor,
    api: () => visitor.api,
    ask: (...question: Parameters<ConnectedVisitor['ask']>) => visitor.ask(...question),
    /** The events of the month, as a page reads them. */
    async items(): Promise<CalendarItem[]> {
      const range = new URLSearchParams({ from: '2026-11-01', to: '2026-12-01', tzid: COPENHAGEN })
      return (await visitor.ask('GET', `/data/events?${range}`)).body as unknown as CalendarItem[]
    },
    writes: (method: string) => visitor.api.writes.filter((write) => write.method === method),
  }
}
