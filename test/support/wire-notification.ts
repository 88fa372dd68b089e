import * as z from 'zod'
import { WireChannel } from '../../shared/api/channels/wire-channel.ts'
import { Instant } from '../../shared/api/instant.ts'

const Since = Instant.meta({
  description: 'Reading with it as `last_modified` tells everything that the channel was not told of.',
})

/** The body of a notification. Receivers ignore kinds that they do not know. */
export const WireNotification = z.object({
  notification: z.discriminatedUnion('type', [
    z.object({ type: z.literal('verification') }),
    z.object({ type: z.literal('change'), changes_since: Since }),
    z.object({ type: z.literal('profile_disconnected') }),
    z.object({ type: z.literal('profile_initial_sync_completed') }),
    z.object({ type: z.literal('window_roll'), changes_since: Since, events: z.int() }),
    z.object({
      type: z.literal('event_write_failed'),
      writes: z.array(
        z.object({ action_id: z.string(), url: z.string(), event_id: z.string().optional(), reason: z.string() }),
      ),
    }),
  ]),
  channel: WireChannel,
})
