import { SAMPLE } from '../../../infra/local/settings.ts'
import type { Received } from './receiver.ts'
import { DAY, expect, readAll, type Step, statusOf } from './steps.ts'
import { type Answer, call, type Tour } from './tour.ts'

/** Checks a notification as the client's reader does: with the client's own method, over the body as it came. */
function isGenuine({ client }: Tour, { body, headers }: Received): boolean {
  const check = client['hmacValid'] as unknown as (options: object) => boolean
  const hmac = headers['cronofy-hmac-sha256']
  return check.call(client, { hmac, body }) && !check.call(client, { hmac, body: `${body} ` })
}

const changedSince = ({ body }: Received): string =>
  (JSON.parse(body) as { notification: { changes_since: string } }).notification.changes_since

export const CHANNELS: readonly Step[] = [
  {
    method: 'createNotificationChannel',
    async run(tour) {
      const asked = { callback_url: tour.receiver.url }
      const { channel } = await call(tour.client, 'createNotificationChannel', asked)
      const again = await call(tour.client, 'createNotificationChannel', asked)
      expect(again.channel.channel_id === channel.channel_id, 'the same channel for the same request')
      tour.memory.set('channel', channel.channel_id)
      expect(isGenuine(tour, await tour.receiver.next('verification')), 'a signed verification')
      return 'verification received'
    },
  },
  {
    method: 'hmacValid',
    async run(tour) {
      tour.mailbox.create({
        subject: 'Made in Outlook',
        start: { dateTime: `${DAY}T13:00:00`, timeZone: 'UTC' },
        end: { dateTime: `${DAY}T14:00:00`, timeZone: 'UTC' },
      })
      const received = await tour.receiver.next('change')
      expect(isGenuine(tour, received), 'the signature is good, and of this body only')
      const pages = await readAll(tour, 'readEvents', { last_modified: changedSince(received) })
      const events = pages.flatMap((page) => page.events)
      expect(
        events.some(({ summary }: Answer) => summary === 'Made in Outlook'),
        'changes_since leads to the change',
      )
      return 'a change is told, its signature is good, changes_since leads to it'
    },
  },
  {
    method: 'listNotificationChannels',
    run: async ({ client }) => `${(await call(client, 'listNotificationChannels')).channels.length} channel`,
  },
  {
    method: 'deleteNotificationChannel',
    async run({ client, memory }) {
      await call(client, 'deleteNotificationChannel', { channel_id: memory.get('channel') })
      expect((await call(client, 'listNotificationChannels')).channels.length === 0, 'it is not listed any more')
      return 'not listed any more'
    },
  },
]

/** Methods of the client for which the service has nothing: 404 with a body that says so. */
const WITHOUT: Readonly<Record<string, object>> = {
  applicationCalendar: { application_calendar_id: 'a' },
  sequencedAvailability: {},
  upsertAvailablePeriod: {},
  listAvailablePeriods: {},
  deleteAvailablePeriods: {},
  listAvailabilityRules: {},
  upsertAvailabilityRule: {},
  readAvailabilityRule: { availability_rule_id: 'a' },
  deleteAvailabilityRule: { availability_rule_id: 'a' },
  listAccessibleCalendars: {},
  delegatedAuthorizations: {},
  authorizeWithServiceAccount: {},
  conferencingServiceAuthorizations: {},
  createSmartInvite: {},
  cancelSmartInvite: {},
  getSmartInvite: {},
  requestElementToken: {},
  realTimeScheduling: {},
  realTimeSequencing: {},
  addToCalendar: {},
}

export const UNSUPPORTED: readonly Step[] = Object.entries(WITHOUT).map(([method, options]) => ({
  method,
  async run({ client }) {
    const { access_token, refresh_token } = client.config
    const status = await statusOf(call(client, method, options))
    Object.assign(client.config, { access_token, refresh_token })
    expect(status === 404, `404, not ${status}`)
    return 'not supported: 404'
  },
}))

export const ENDING: readonly Step[] = [
  {
    method: 'revokeAuthorization',
    async run({ client }) {
      const token = client.config['access_token']
      await call(client, 'revokeAuthorization')
      const status = await statusOf(call(client, 'userInfo', { access_token: token }))
      expect(status === 401, `401 afterwards, not ${status}`)
      return '401 afterwards'
    },
  },
  {
    method: 'revokeProfileAuthorization',
    async run(tour) {
      const { code, verifier } = await tour.authorize()
      const redeemed = { code, code_verifier: verifier, redirect_uri: SAMPLE.redirectUri }
      await call(tour.client, 'requestAccessToken', redeemed)
      await call(tour.client, 'revokeProfileAuthorization', { profile_id: tour.memory.get('profile') })
      const status = await statusOf(call(tour.client, 'userInfo'))
      expect(status === 401, `401 afterwards, not ${status}`)
      return '401 afterwards'
    },
  },
]
