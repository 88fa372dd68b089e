import * as z from 'zod'
import { type Channel, EXTRA_TYPES, statusOf } from '../../channels/channel.ts'
import { toIsoSeconds } from '../../core/time.ts'
import { type ActionName, actionIdOf } from '../change/action-id.ts'
import { calendarIdOf, channelIdOf } from '../change/ids.ts'
import { Instant } from '../instant.ts'

/** A channel as its notifications name it. */
export const WireChannel = z.object({
  channel_id: z.string(),
  callback_url: z.string(),
  filters: z
    .object({ calendar_ids: z.array(z.string()).optional(), only_managed: z.literal(true).optional() })
    .meta({ description: 'Only the filters that are not at their default' }),
  notification_types: z
    .array(z.enum(EXTRA_TYPES))
    .optional()
    .meta({ description: 'The further kinds of notification that were asked for' }),
})

/** A channel as it is created and listed. */
export const WireListedChannel = WireChannel.extend({
  status: z.enum(['active', 'failing', 'closed']).meta({
    description: 'failing: the last delivery failed and is tried again; closed: nothing is sent any more',
  }),
  status_since: Instant,
  failure: z
    .object({
      last_attempt: Instant,
      attempts: z.int(),
      reason: z.string().meta({
        description:
          '`http_<status>`, `timed_out`, `unreachable`, `certificate_refused`, `name_not_found` or `address_refused`',
      }),
      next_attempt: Instant,
    })
    .optional(),
  closed_reason: z.enum(['http_410', 'not_granted']).optional().meta({
    description:
      'http_410: the receiver answered that it is gone; not_granted: the access had ended, or its scopes no longer reach so far',
  }),
}).meta({ id: 'Channel' })

export const wireChannel = ({ id, callbackUrl, filters, extraTypes }: Channel): z.infer<typeof WireChannel> => ({
  channel_id: channelIdOf(id),
  callback_url: callbackUrl,
  filters: {
    ...(filters.calendars && { calendar_ids: filters.calendars.map(calendarIdOf) }),
    ...(filters.onlyManaged && { only_managed: true }),
  },
  ...(extraTypes.length > 0 && { notification_types: [...extraTypes] }),
})

export function wireListedChannel(channel: Channel): z.infer<typeof WireListedChannel> {
  const { createdAt, failure, closed } = channel
  return {
    ...wireChannel(channel),
    status: statusOf(channel),
    status_since: toIsoSeconds(closed?.at ?? failure?.since ?? createdAt),
    ...(closed && { closed_reason: closed.reason }),
    ...(failure &&
      !closed && {
        failure: {
          last_attempt: toIsoSeconds(failure.lastAttemptAt),
          attempts: failure.attempts,
          reason: failure.reason,
          next_attempt: toIsoSeconds(failure.notBefore),
        },
      }),
  }
}

/** How a notification names an action. */
export const actionLink = (publicUrl: string) => (action: ActionName) => {
  const id = actionIdOf(action)
  return { action_id: id, url: `${publicUrl}/v1/actions/${id}` }
}
