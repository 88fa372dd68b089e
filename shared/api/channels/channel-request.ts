import * as z from 'zod'
import { EXTRA_TYPES } from '../../channels/channel.ts'
import type { WantedChannel } from '../../channels/open-channel.ts'
import { type TargetRules, targetProblem } from '../../channels/target.ts'
import type { Fields } from '../change/fields.ts'
import { calendarKey } from '../change/ids.ts'
import { createFindings, problem } from '../findings.ts'

const URL_LENGTH = 2_000
const CALENDARS = 500

const Filters = z.object({
  calendar_ids: z
    .array(z.string())
    .max(CALENDARS)
    .nullish()
    .meta({ description: 'Tell of changes in these calendars only; all when absent or empty' }),
  only_managed: z.boolean().nullish().meta({ description: 'Tell only of events that the integrator manages' }),
})

/** `POST /v1/channels`. */
export const ChannelRequest = z.object({
  callback_url: z.string().min(1).max(URL_LENGTH).meta({
    description: 'Where notifications are sent: https, a public address, port 443 or one from 1024 on',
  }),
  filters: Filters.nullish(),
  notification_types: z
    .array(z.enum(EXTRA_TYPES))
    .nullish()
    .meta({
      description:
        'Further kinds of notification: event_write_failed (a change that was accepted could not be applied), ' +
        'window_roll (events came into the window because it moved on)',
    }),
})

/**
 * @param calendars our keys of the account's calendars.
 * @throws ValidationError naming every bad field.
 */
export function parseChannelRequest(fields: Fields, calendars: readonly string[], rules: TargetRules): WantedChannel {
  const findings = createFindings()
  const { callback_url, filters, notification_types } = ChannelRequest.shape
  const url = findings.read('callback_url', callback_url, fields['callback_url'])
  const wrong = url === undefined ? undefined : targetProblem(url, rules)
  if (wrong !== undefined) findings.refuse('callback_url', problem('invalid_url', wrong))
  const filter = findings.read('filters', filters, fields['filters'])
  const types = findings.read('notification_types', notification_types, fields['notification_types'])
  const keys = (filter?.calendar_ids ?? []).map((id) => calendarKey(id) ?? '')
  if (!keys.every((key) => calendars.includes(key)))
    findings.refuse('filters.calendar_ids', problem('invalid_calendar_ids', 'must name calendars of this account'))
  findings.end()
  return {
    callbackUrl: url ?? '',
    ...(keys.length > 0 && { calendars: [...new Set(keys)].sort() }),
    onlyManaged: filter?.only_managed ?? false,
    extraTypes: EXTRA_TYPES.filter((type) => types?.includes(type)),
  }
}
