import { eventually } from '../../support/eventually.ts'
import { type Answer, call, type Tour } from './tour.ts'

/** What one method of the client is to do. `run` says in a few words what it came to, or throws. */
export interface Step {
  readonly method: string
  readonly run: (tour: Tour) => Promise<string>
}

export function expect(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(what)
}

/** The status that the client's error carries; 0 when there was no error. */
export const statusOf = (call: Promise<unknown>): Promise<number> =>
  call.then(
    () => 0,
    (error: { statusCode?: number }) => error.statusCode ?? -1,
  )

const zone = { tzid: 'Europe/Copenhagen' }

/** A day that every window holds. */
export const DAY = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10)

const at = (time: string) => `${DAY}T${time}:00Z`

const primaryOf = (tour: Tour): string => String(tour.memory.get('calendar'))

/** Every page that the client is led to, with the options that it sends along each time. */
export async function readAll(tour: Tour, method: 'readEvents' | 'freeBusy', options: object): Promise<Answer[]> {
  const pages: Answer[] = [await call(tour.client, method, { ...zone, ...options })]
  while (pages.at(-1)?.pages.next_page !== undefined)
    pages.push(await call(tour.client, method, { next_page: pages.at(-1).pages.next_page, ...zone }))
  return pages
}

/** The integrator's own event, once Microsoft has it. */
async function ownEvent(tour: Tour, isIt: (event: Answer) => boolean): Promise<void> {
  await eventually('the change is applied', async () => {
    const { events } = await call(tour.client, 'readEvents', { ...zone, only_managed: true })
    return events.some((event: Answer) => event.pending === undefined && isIt(event))
  })
}

const inOutlook = ({ mailbox }: Tour, subject: string): boolean =>
  mailbox.calendars().some(({ store }) => [...store.items.values()].some(({ fields }) => fields['subject'] === subject))

export const READING: readonly Step[] = [
  {
    method: 'requestAccessToken',
    async run(tour) {
      const { code, verifier } = await tour.authorize()
      const redirect = 'http://localhost:8765/callback'
      const tokens = await call(tour.client, 'requestAccessToken', {
        code,
        redirect_uri: redirect,
        code_verifier: verifier,
      })
      expect(tokens.token_type === 'bearer' && tokens.refresh_token && tokens.linking_profile, 'tokens with a profile')
      expect(tour.client.config['access_token'] === tokens.access_token, 'the client keeps the token')
      return `${tokens.sub.slice(0, 8)}…, expires_in ${tokens.expires_in}`
    },
  },
  {
    method: 'refreshAccessToken',
    async run({ client }) {
      const before = client.config['access_token']
      const tokens = await call(client, 'refreshAccessToken')
      expect(tokens.refresh_token, 'a refresh token each time')
      expect((await call(client, 'userInfo')).sub, 'the new token is good')
      return `a new access token: ${tokens.access_token !== before}`
    },
  },
  {
    method: 'userInfo',
    async run({ client }) {
      let info: Answer
      await eventually(
        'the first pull is over',
        async () => {
          info = await call(client, 'userInfo')
          return info['cronofy.data'].profiles[0].profile_initial_sync_required === false
        },
        120_000,
      )
      expect(info['cronofy.type'] === 'account', 'an account')
      return `profile connected, ${info['cronofy.data'].profiles[0].profile_calendars.length} calendar`
    },
  },
  {
    method: 'accountInformation',
    run: async ({ client }) => `default_tzid ${(await call(client, 'accountInformation')).account.default_tzid}`,
  },
  {
    method: 'profileInformation',
    async run({ client, memory }) {
      const [profile] = (await call(client, 'profileInformation')).profiles
      memory.set('profile', profile.profile_id)
      expect(profile.profile_connected, 'connected')
      return `${profile.provider_name}/${profile.provider_service}`
    },
  },
  {
    method: 'listCalendars',
    async run({ client, memory }) {
      const { calendars } = await call(client, 'listCalendars')
      memory.set('calendar', calendars.find((each: Answer) => each.calendar_primary).calendar_id)
      return `${calendars.length} calendar`
    },
  },
  {
    method: 'readEvents',
    async run(tour) {
      const pages = await readAll(tour, 'readEvents', {})
      const uids = new Set(pages.flatMap(({ events }) => events.map(({ event_uid }: Answer) => event_uid)))
      expect(pages.length >= 3, `three pages, not ${pages.length}`)
      expect(uids.size === pages.reduce((sum, { events }) => sum + events.length, 0), 'no event twice')
      return `${uids.size} events in ${pages.length} pages, options sent along with next_page`
    },
  },
  {
    method: 'freeBusy',
    async run(tour) {
      const periods = (await readAll(tour, 'freeBusy', { include_ids: true })).flatMap(({ free_busy }) => free_busy)
      expect(periods.length > 1_000 && periods.every(({ summary }: Answer) => summary === undefined), 'times only')
      return `${periods.length} periods, no contents`
    },
  },
  {
    method: 'availability',
    async run({ client }) {
      const { sub } = await call(client, 'userInfo')
      const { available_periods } = await call(client, 'availability', {
        participants: [{ members: [{ sub }], required: 'all' }],
        required_duration: { minutes: 30 },
        query_periods: [{ start: at('06:00'), end: at('18:00') }],
      })
      expect(Array.isArray(available_periods), 'periods')
      return `${available_periods.length} periods of 30 minutes or more`
    },
  },
]

export const CHANGING: readonly Step[] = [
  {
    method: 'createEvent',
    async run(tour) {
      const event = { event_id: 'one', summary: 'Made by the client', start: at('10:00'), end: at('11:00') }
      const answer = await call(tour.client, 'createEvent', { calendar_id: primaryOf(tour), ...event, ...zone })
      await ownEvent(tour, ({ event_id }) => event_id === 'one')
      expect(inOutlook(tour, 'Made by the client'), 'it is in Outlook')
      return `202 with an empty body: ${answer === ''}; in Outlook a moment later`
    },
  },
  {
    method: 'createEvent (again)',
    async run(tour) {
      const event = { event_id: 'one', summary: 'Changed by the client', start: at('10:00'), end: at('11:30') }
      await call(tour.client, 'createEvent', { calendar_id: primaryOf(tour), ...event })
      await ownEvent(tour, ({ summary }) => summary === 'Changed by the client')
      expect(inOutlook(tour, 'Changed by the client') && !inOutlook(tour, 'Made by the client'), 'changed in Outlook')
      return 'the same event, changed'
    },
  },
  {
    method: 'updateExternalEvent',
    async run(tour) {
      const { events } = await call(tour.client, 'readEvents', zone)
      const external = events.find((event: Answer) => event.options.update && !event.recurring)
      const named = { calendar_id: external.calendar_id, event_uid: external.event_uid }
      tour.memory.set('external', named)
      await call(tour.client, 'updateExternalEvent', { ...named, summary: 'Renamed by the client' })
      await eventually('it is in Outlook', () => inOutlook(tour, 'Renamed by the client'))
      return 'in Outlook a moment later'
    },
  },
  {
    method: 'deleteExternalEvent',
    async run(tour) {
      await call(tour.client, 'deleteExternalEvent', tour.memory.get('external'))
      await eventually('it is gone', () => !inOutlook(tour, 'Renamed by the client'))
      return 'gone from Outlook'
    },
  },
  {
    method: 'batch',
    async run(tour) {
      const path = `/v1/calendars/${primaryOf(tour)}/events`
      const data = (id: string) => ({ event_id: id, summary: id, start: at('10:00'), end: at('12:00') })
      const { batch } = await call(tour.client, 'batch', {
        batch: [
          { method: 'POST', relative_url: path, data: data('two') },
          { method: 'POST', relative_url: path, data: { event_id: 'bad' } },
          { method: 'DELETE', relative_url: path, data: { event_id: 'never there' } },
        ],
      })
      const statuses = batch.map(({ status }: Answer) => status)
      expect(String(statuses) === '202,422,202', `each its own answer, not ${statuses}`)
      await ownEvent(tour, ({ event_id }) => event_id === 'two')
      return `${statuses.join(', ')}`
    },
  },
  {
    method: 'deleteEvent',
    async run(tour) {
      await call(tour.client, 'deleteEvent', { calendar_id: primaryOf(tour), event_id: 'one' })
      await eventually('it is gone', () => !inOutlook(tour, 'Changed by the client'))
      return 'gone from Outlook'
    },
  },
  {
    method: 'bulkDeleteEvents',
    async run(tour) {
      await call(tour.client, 'bulkDeleteEvents', { delete_all: true })
      await eventually('it is gone', () => !inOutlook(tour, 'two'))
      return 'the rest of its own events is gone from Outlook'
    },
  },
  {
    method: 'createCalendar',
    async run({ client, memory }) {
      const asked = { profile_id: memory.get('profile'), name: 'Made by the client' }
      const { calendar } = await call(client, 'createCalendar', asked)
      expect((await statusOf(call(client, 'createCalendar', asked))) === 422, 'twice is refused')
      const { calendars } = await call(client, 'listCalendars')
      expect(
        calendars.some((each: Answer) => each.calendar_id === calendar.calendar_id),
        'it is listed',
      )
      return 'listed at once; the same name again 422'
    },
  },
  {
    method: 'elevatedPermissions',
    async run(tour) {
      const asked = { calendar_id: primaryOf(tour), permission_level: 'unrestricted' }
      const { permissions_request } = await call(tour.client, 'elevatedPermissions', {
        permissions: [asked],
        redirect_uri: 'http://localhost:8765/callback',
      })
      expect((await tour.visitor.open(permissions_request.url, 'http://localhost:8765/')).status < 400, 'a page opens')
      return 'a page of ours for the person'
    },
  },
]
