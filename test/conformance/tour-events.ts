import { eventually } from '../support/eventually.ts'
import type { Exchange } from './recorder.ts'
import type { Tour } from './tour.ts'
import { dayOn, meetingOn, seriesFrom, spanAround } from './tour-material.ts'
import { writeBack } from './tour-writes.ts'

/** Every kind of change, each made in Microsoft 365 and waited for in our API, so that the product pulls each. */
export async function changeEvents(tour: Tour): Promise<void> {
  await changeSingle(tour)
  await changeSeries(tour)
  await changeOtherCalendar(tour)
  await writeBack(tour)
  await misbehave(tour)
  await tellLifecycles(tour)
}

async function changeSingle({ graph, shown }: Tour): Promise<void> {
  const { id } = await graph('POST', '/me/events', { body: meetingOn(1, 'Tour meeting') })
  await shown('Tour meeting', 1)
  await graph('PATCH', `/me/events/${id}`, { body: { subject: 'Tour meeting moved', ...meetingOn(2) } })
  await shown('Tour meeting moved', 1)
  await graph('DELETE', `/me/events/${id}`)
  await shown('Tour meeting moved', 0)
}

async function changeSeries({ graph, shown }: Tour): Promise<void> {
  const { id } = await graph('POST', '/me/calendar/events', { body: seriesFrom(1, 'Tour series', 4) })
  await shown('Tour series', 4)
  await graph('PATCH', `/me/calendar/events/${id}`, { body: { subject: 'Tour series renamed' } })
  await shown('Tour series renamed', 4)
  const { value } = await graph('GET', `/me/events/${id}/instances?${spanAround()}`)
  const [first, second] = value
  await graph('DELETE', `/me/events/${first?.id}`)
  await shown('Tour series renamed', 3)
  await graph('PATCH', `/me/events/${second?.id}`, { body: { subject: 'Tour exception' } })
  await shown('Tour exception', 1)
  await graph('GET', `/me/events/${id}?$select=subject,cancelledOccurrences&$expand=exceptionOccurrences`)
  await graph('DELETE', `/me/events/${id}`)
  await shown('Tour exception', 0)
}

async function changeOtherCalendar({ graph, shown }: Tour): Promise<void> {
  const { value } = await graph('GET', '/me/calendars')
  const other = value.find((calendar) => calendar['canEdit'] === true && calendar['isDefaultCalendar'] !== true)
  const base = `/me/calendars/${other?.id}/events`
  const { id } = await graph('POST', base, { body: dayOn(3, 'Tour day') })
  await shown('Tour day', 1)
  await graph('GET', `${base}/${id}`)
  await graph('GET', `${base}?$top=2`)
  await graph('PATCH', `${base}/${id}`, { body: { showAs: 'oof', subject: 'Tour day off' } })
  await shown('Tour day off', 1)
  await graph('DELETE', `${base}/${id}`)
  await shown('Tour day off', 0)
}

/** The answers that Graph gives on a bad day: the product lives through each and shows the next change. */
async function misbehave(tour: Tour): Promise<void> {
  const { control } = tour
  await control('expire-delta-tokens', {})
  await createAndMeet(tour, 'Tour after a reset', ({ status }) => status === 410)
  await control('faults', {
    answers: [{ status: 429, code: 'ApplicationThrottled', retryAfter: '1.5', path: 'delta' }],
  })
  await createAndMeet(tour, 'Tour after throttling', ({ status }) => status === 429)
  await control('faults', { delta: { lowerCaseLinks: true, emptyPages: 2, replays: true } })
  await createAndMeet(tour, 'Tour with odd links', () => true)
  await createAndMeet(tour, 'Tour after odd links', ({ path }) => path.includes('calendarview'))
  await control('faults', { delta: { lowerCaseLinks: false, emptyPages: 0, replays: false } })
}

/** Makes an event that the product shows after it has met something. */
async function createAndMeet(
  { graph, shown, recorder }: Tour,
  subject: string,
  met: (exchange: Exchange) => boolean,
): Promise<void> {
  const before = recorder.exchanges.length
  await graph('POST', '/me/events', { body: meetingOn(4, subject) })
  await shown(subject, 1)
  const since = recorder.exchanges.slice(before).filter(({ source }) => source === 'product')
  if (!since.some(met)) throw new Error(`the product did not meet what was prepared for: ${subject}`)
}

/** What the product does about each lifecycle notification of a subscription of its own. */
async function tellLifecycles({ microsoft365, recorder }: Tour): Promise<void> {
  const { subscriptions } = microsoft365.graph
  for (const event of ['missed', 'reauthorizationRequired', 'subscriptionRemoved'] as const) {
    const [subscription] = subscriptions.list()
    const asked = () => recorder.exchanges.filter(({ source }) => source === 'product').length
    const before = asked()
    subscriptions.tellLifecycle(subscription?.id ?? '', event)
    await eventually(`the product asks Graph after ${event}`, () => asked() > before)
  }
}
