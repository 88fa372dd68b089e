/** A program that uses every method of the typed client as its reader would. It is compiled, and never run. */
export const CLIENT_PROGRAM = `
import Cronofy from 'cronofy'

const client = new Cronofy({ client_id: 'a', client_secret: 'b' })
client.urls.api = 'http://localhost:7071'

export async function program(): Promise<void> {
  const tokens = await client.requestAccessToken({ code: 'c', redirect_uri: 'd', code_verifier: 'e' })
  const first: string | undefined = tokens.linking_profile?.profile_id
  await client.refreshAccessToken()
  const who: Cronofy.Userinfo = await client.userInfo()
  const mode: 'notified' | 'polled' | undefined =
    who['cronofy.data'].profiles[0]?.profile_calendars[0]?.calendar_sync.mode
  const zone: string = (await client.accountInformation()).account.default_tzid
  const profile: Cronofy.Profile | undefined = (await client.profileInformation()).profiles[0]
  const { calendars } = await client.listCalendars()
  const calendar_id = calendars[0]?.calendar_id ?? ''
  let page = await client.readEvents({ tzid: zone, calendar_ids: [calendar_id], include_managed: true })
  while (page.pages.next_page !== undefined) page = await client.readEvents({ next_page: page.pages.next_page })
  const events: Cronofy.Event[] = page.events
  const nothing: '' = await client.createEvent({
    calendar_id,
    event_id: 'my-1',
    summary: 'Board',
    start: { time: '2026-11-27T09:00:00', tzid: zone },
    end: '2026-11-27T10:00:00Z',
    recurrence: { rules: [{ frequency: 'weekly', by_day: ['friday', { day: 'monday', nth_of_period: 1 }] }] },
    location: null,
  })
  await client.updateExternalEvent({ calendar_id, event_uid: events[0]?.event_uid ?? '', summary: 'Moved' })
  await client.deleteEvent({ calendar_id, event_id: 'my-1' })
  await client.deleteExternalEvent({ calendar_id, event_uid: 'evt_external_x' })
  const busy = await client.freeBusy({ tzid: zone, include_free: true })
  const { calendar } = await client.createCalendar({ profile_id: first ?? '', name: 'Projects' })
  const { channel } = await client.createNotificationChannel({ callback_url: 'https://contoso.example/changes' })
  const { channels } = await client.listNotificationChannels()
  await client.deleteNotificationChannel({ channel_id: channels[0]?.channel_id ?? channel.channel_id })
  const permissions = [{ calendar_id, permission_level: 'unrestricted' as const }]
  const { permissions_request: asked } = await client.elevatedPermissions({ permissions, redirect_uri: 'd' })
  const { batch } = await client.batch({ batch: [{ method: 'GET', relative_url: '/v1/account' }] })
  const meeting = await client.availability({
    participants: [{ members: [{ sub: who.sub }], required: 'all' }],
    required_duration: { minutes: 30 },
  })
  console.log(busy.free_busy, calendar, asked.url, batch[0]?.status, meeting.available_periods)
  await client.revokeProfileAuthorization({ profile_id: first ?? '' })
  await client.bulkDeleteEvents({ delete_all: true })
  await client.revokeAuthorization()
  client.userInfo({}, (error, answer) => console.log(error?.error.entity, answer?.sub))
  const signed: boolean = client.hmacValid({ hmac: 'f', body: '{}' })
  console.log(first, mode, profile, nothing, signed)
}

export function mistakes(): void {
  // @ts-expect-error the zone is missing
  client.readEvents({ include_managed: true })
  // @ts-expect-error the calendar is missing
  client.createEvent({ event_id: 'my-1' })
  // @ts-expect-error a reminder is an object
  client.createEvent({ calendar_id: 'a', event_id: 'my-1', reminders: [10] })
  // @ts-expect-error there is no such answer
  client.userInfo().then(({ account }) => account)
}
`
