import { readConfig, Settings } from '../../../../shared/config.ts'
import { parseInstant, systemClock } from '../../../../shared/core/time.ts'
import { CARRIER, carrierOf, parseCarrier } from '../../../../shared/core/trace-context.ts'
import { ianaZone, instantInZone, wallClock, windowsZone } from '../../../../shared/events/zones.ts'
import { createAnswered } from '../../../../shared/messaging/answered.ts'
import { createQueueClock } from '../../../../shared/messaging/queue-clock.ts'
import { handleWakeUp } from '../../../../shared/messaging/sync-mailbox.ts'
import { WakeUp } from '../../../../shared/messaging/wake-up.ts'
import {
  meetingPart,
  textAsHtml,
  withMeeting,
  withoutMeeting,
} from '../../../../shared/microsoft/graph/meeting-body.ts'
import { sameValue } from '../../../../shared/push/fields.ts'
import { CANARY, holds, holdsData, jsonOf, type ParserTarget } from '../target.ts'

const TRACE = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`

const trace: ParserTarget = {
  name: 'trace-context',
  property: 'a traceparent that is read is written the same way',
  seeds: [TRACE, `00-${'0'.repeat(32)}-${'b'.repeat(16)}-00`],
  check(input) {
    const read = parseCarrier(input)
    if (read !== undefined) holds(carrierOf(read) === input, 'it is written in another way')
    holds((read !== undefined) === CARRIER.test(input), 'two readers differ')
  },
}

const zones: ParserTarget = {
  name: 'time-zones',
  property: 'a name is one zone or none; its wall clock leads back to the instant that it shows',
  seeds: ['Europe/Copenhagen', 'Romance Standard Time', 'UTC', 'Etc/GMT+5', 'tzone://Microsoft/Utc', 'Europe/Kyiv'],
  words: ['America/', 'Asia/', ' Standard Time', 'Etc/', 'GMT', 'US/Pacific', 'Pacific/Apia', 'Africa/Casablanca'],
  check(input) {
    const zone = ianaZone(input, 'da-DK')
    if (zone === undefined) return
    holds(ianaZone(zone) === zone, `${zone} is not its own name`)
    windowsZone(zone)
    for (const wall of ['2026-03-29T02:30:00', '2026-10-25T02:30:00', '2026-06-01T00:00:00']) {
      const at = instantInZone(wall, zone)
      holds(instantInZone(wallClock(at, zone), zone) <= at, `${zone} has no ${wall}`)
    }
  },
}

const instants: ParserTarget = {
  name: 'instants',
  property: 'a text is an instant or nothing',
  seeds: ['2026-11-20T09:30:00Z', '2026-11-20T09:30:00.1234567Z', '2026-11-20T09:30:00+01:00', '0001-01-01T00:00:00Z'],
  words: ['T', 'Z', '+', '-', ':60', '24:00', '.'],
  check(input) {
    const at = parseInstant(input)
    holds(at === undefined || Number.isSafeInteger(at), `it is ${at}`)
  },
}

const RULER = '_'.repeat(60)
const bodies: ParserTarget = {
  name: 'meeting-bodies',
  property: 'what a person wrote stays, the link of a meeting is kept, and text shows as it was written',
  seeds: [
    `<html><body><div>Notes ${CANARY}</div><br><div>${RULER}<a href="https://teams.microsoft.com/l/meetup-join/1">Join</a></div></body></html>`,
    `Notes\r\n${RULER}\r\nJoin https://teams.live.com/meet/1\r\n${RULER}`,
    '<BODY dir="ltr"><p><span>x</span></p></BODY>',
    `${RULER}${'teams.live'.repeat(1_500)}`,
  ],
  words: [RULER, '<body>', '</body>', '<div>', 'teams.microsoft.com/l/meetup-join/', '%2f', '&amp;'],
  check(input) {
    holds(input.startsWith(withoutMeeting(input)), 'more than an end is cut')
    const part = meetingPart(input, true)
    holds(input.includes(part) || part === '', 'the part of the meeting is made up')
    const html = textAsHtml(input)
    holds(!/<(?!\/?div>|br>)/.test(html), 'text becomes markup')
    holds(withMeeting(html, part).endsWith(part), 'the meeting is lost')
  },
}

const told: ParserTarget = {
  name: 'event-texts',
  property: 'a text is the same to a person with other ends of its lines, and around it',
  seeds: ['Board meeting', ' One\t\r\nTwo\u00a0 \r\n\r\nThree', `${' \t\u00a0'.repeat(5_000)}.`],
  words: ['\u00a0', '\t', '\r\n', '\r', '    '],
  check(input) {
    holds(sameValue('summary', input, ` \r\n${input} \t\r\n`), 'space around it makes it another text')
    holds(sameValue('summary', input, input.replaceAll(/\r\n?/g, ' \n')), 'the ends of its lines make it another text')
  },
}

const SETTINGS = {
  ...{ ENVIRONMENT: 'local', PUBLIC_URL: 'http://localhost:7071', ServiceBus: `Endpoint=sb://x;key=${CANARY}` },
  ...{ TABLES_URL: 'http://127.0.0.1:10002/a', KEY_VAULT_URL: 'https://vault.example' },
  ...{ MICROSOFT_CLIENT_ID: '5f2d8c1e-0000-4000-8000-000000000009', MICROSOFT_CLIENT_SECRET: CANARY },
  ...{ WINDOW_PAST_DAYS: '60', RETENTION_DAYS: '30', CHANNEL_LOCAL_HOSTS: '', OPERATOR_TENANT: '' },
}

const settings: ParserTarget = {
  name: 'settings',
  property: 'settings are whole, or problems that name settings and repeat no value',
  seeds: [JSON.stringify(SETTINGS)],
  words: Object.keys(Settings.shape),
  check(input) {
    const value = jsonOf(input)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return
    const env = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)]))
    const read = readConfig(env)
    if ('config' in read) holdsData(read.config)
    else holds(!JSON.stringify(read.problems).includes(CANARY), 'a problem repeats a value')
  },
}

const WAKE_UP = { account: `acc_${'a'.repeat(22)}`, reason: 'notified', calendar: 'c'.repeat(22), trace: TRACE }

/** What a visit would need is not there: whatever passes the parser ends with this. */
const visited = new Error('visited')
const unreachable = new Proxy(
  {},
  {
    get: () => {
      throw visited
    },
  },
) as never

const messages: ParserTarget = {
  name: 'queue-messages',
  property: 'a message wakes one account by its opaque id, or is refused',
  seeds: [JSON.stringify(WAKE_UP), JSON.stringify({ ...WAKE_UP, reason: 'due', plannedFor: 1_800_000_000_000 })],
  words: ['connected', 'resync', 'askedAt', 'continued', 'erase'],
  async check(input) {
    const value = jsonOf(input)
    const queueClock = createQueueClock(systemClock)
    const dependencies = { visit: unreachable, waker: unreachable, queueClock, answered: createAnswered(queueClock) }
    const outcome = await handleWakeUp(dependencies, value).catch((error: unknown) => error)
    const isRefused = outcome instanceof Error && 'code' in outcome && outcome.code === 'MESSAGE_INVALID'
    const { success, data } = WakeUp.safeParse(value)
    holds(isRefused !== success, 'what is no wake-up is handled')
    holdsData(data)
  },
}

export const TEXTS: readonly ParserTarget[] = [trace, zones, instants, bodies, told, settings, messages]
