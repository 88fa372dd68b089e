import { parseAvailability } from '../../../../shared/api/availability/query.ts'
import { parseDeleteMany } from '../../../../shared/api/change/delete-many.ts'
import { parseEventName } from '../../../../shared/api/change/event-name.ts'
import { parseResponse } from '../../../../shared/api/change/wanted.ts'
import { parseChannelRequest } from '../../../../shared/api/channels/channel-request.ts'
import { ValidationError } from '../../../../shared/api/failure.ts'
import { parseEventQuery } from '../../../../shared/api/read/schedule-query.ts'
import { epochMs } from '../../../../shared/core/time.ts'
import { ChannelWake } from '../../../../shared/messaging/channel-wake.ts'
import { accepted, holds, holdsData, jsonOf, type ParserTarget } from '../target.ts'

type Fields = Readonly<Record<string, unknown>>

const NOW = epochMs(Date.UTC(2026, 10, 20))
const WINDOW = { past: 60, future: 400 }
const RULES = { publicUrl: 'https://sync.example', allowedHosts: [] }

/** What a parser of a JSON object makes of its input; undefined when it refuses it. */
async function readFields<Read>(input: string, parse: (fields: Fields) => Read): Promise<Read | undefined> {
  const fields = jsonOf(input)
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return undefined
  try {
    return await accepted(() => parse(fields as Fields))
  } catch (error) {
    if (error instanceof ValidationError) return undefined
    throw error
  }
}

const channel: ParserTarget = {
  name: 'api-channel',
  property: 'a channel leads to a public https address, and to nothing of ours',
  seeds: [
    JSON.stringify({ callback_url: 'https://receiver.example/hook', filters: { only_managed: true } }),
    JSON.stringify({ callback_url: 'https://receiver.example:8443/', notification_types: ['event_write_failed'] }),
  ],
  words: [
    ...['https://', 'http://', 'https://127.0.0.1/', 'https://[::1]/', 'https://0x7f.1/', 'https://2130706433/'],
    ...['https://169.254.169.254/', 'https://[::ffff:10.0.0.1]/', 'https://sync.example/', 'https://a@b.example/'],
    ...['https://10.1/', 'https://localhost./', 'window_roll', 'calendar_ids', '\\', '#', ':22', '%2e', '。'],
  ],
  async check(input) {
    const wanted = await readFields(input, (fields) => parseChannelRequest(fields, ['key'], RULES))
    holdsData(wanted)
    if (wanted === undefined) return
    const { protocol, hostname, username, port } = new URL(wanted.callbackUrl)
    holds(protocol === 'https:' && username === '', 'the address is not plain https')
    holds(port === '' || Number(port) >= 1024, `the port is ${port}`)
    const inside = /^(127|10|0|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))\.|^\[(::|f[cde])|localhost|sync\.example\.?$/
    holds(!inside.test(hostname), `it leads to ${hostname}`)
  },
}

const availability: ParserTarget = {
  name: 'api-availability',
  property: 'a question that is accepted is data, about times that follow each other',
  seeds: [
    JSON.stringify({
      participants: [{ members: [{ sub: `acc_${'a'.repeat(22)}` }], required: 'all' }],
      required_duration: { minutes: 30 },
      query_periods: [{ start: '2026-11-20T09:00:00Z', end: '2026-11-20T18:00:00Z' }],
      ...{ response_format: 'slots', start_interval: { minutes: 15 }, buffer: { before: { minutes: 5 } } },
    }),
  ],
  words: [
    'overlapping_slots',
    'periods',
    'tzid',
    'Europe/Copenhagen',
    'calendar_ids',
    'managed_availability',
    'max_results',
  ],
  async check(input) {
    const read = await readFields(input, (fields) => parseAvailability(fields, WINDOW, NOW))
    holdsData(read)
    if (read === undefined) return
    for (const { from, to } of read.within) holds(from < to, 'a period is none')
    holds(read.duration > 0 && read.interval > 0, 'a length is none')
  },
}

const names: ParserTarget = {
  name: 'api-event-names',
  property: 'what is deleted or answered is said exactly: one event, some calendars, or everything by its own word',
  seeds: [
    JSON.stringify({ event_id: 'fa-1' }),
    JSON.stringify({ event_uid: 'evt_1_a' }),
    JSON.stringify({ delete_all: true }),
    JSON.stringify({ calendar_ids: ['cal_1_a'], status: 'accepted' }),
  ],
  words: ['declined', 'tentative', 'true', 'delete_all', 'calendar_ids', 'event_uid'],
  async check(input) {
    const fields = jsonOf(input) as Fields
    holdsData(await readFields(input, parseEventName))
    const status = await readFields(input, parseResponse)
    holds(status === undefined || fields['status'] === status, `the answer becomes ${status}`)
    const many = await readFields(input, (given) => ({ calendars: parseDeleteMany(given) }))
    if (many !== undefined && many.calendars === undefined) {
      holds(fields['calendar_ids'] === undefined, 'a list is lost')
      holds([true, 'true'].includes(fields['delete_all'] as never), 'everything is deleted without a word')
    }
    holds(many?.calendars === undefined || many.calendars.length > 0, 'the list is empty')
  },
}

const eventQuery: ParserTarget = {
  name: 'api-event-query',
  property: 'a query for one event is data, and its zone is a zone',
  seeds: ['tzid=Europe/Copenhagen&localized_times=true', 'include_geo=true&include_managed=true'],
  words: ['tzid=', '&', 'Etc/UTC', 'from='],
  async check(input) {
    const read = await accepted(() => parseEventQuery(new URLSearchParams(input)))
    holdsData(read)
    if (read !== undefined) new Intl.DateTimeFormat('en', { timeZone: read.zone })
  },
}

const wake: ParserTarget = {
  name: 'channel-messages',
  property: 'a message names one account and one channel by their opaque ids, or is refused',
  seeds: [JSON.stringify({ account: `acc_${'a'.repeat(22)}`, channel: 'c'.repeat(22), reason: 'changed' })],
  words: ['trace', '00-', 'acc_'],
  check(input) {
    const { data } = ChannelWake.safeParse(jsonOf(input))
    holdsData(data)
    if (data !== undefined) holds(/^acc_[\w-]{22}$/.test(data.account) && data.channel.length === 22, 'an id is none')
  },
}

export const REQUESTS: readonly ParserTarget[] = [channel, availability, names, eventQuery, wake]
