import * as z from 'zod'
import { AuthorizeFault, TokenFault } from '../entra/faults.ts'
import { FaultyAnswer } from './faulty-answer.ts'

const Share = z.union([z.boolean(), z.number().min(0).max(1)])

const Notifications = z.object({
  person: z.string().optional().describe('only the subscriptions of this person meet what stands in this group'),
  drop: Share.describe('the notification never arrives'),
  copies: z.int().min(1).describe('how often each notification is sent'),
  doubled: Share.describe('the notification is sent once more'),
  createdTwice: Share.describe('a created event is told as created and as updated'),
  reversed: Share.describe('the notifications of one delivery come in reverse order'),
  delayMs: z.int().min(0).describe('milliseconds from a change to its delivery, together with all that waits then'),
  late: Share.describe('the notification waits `lateMs` longer, so that newer ones come first'),
  lateMs: z.int().min(0).describe('how many milliseconds a late one waits'),
  deaf: Share.describe('the share of subscriptions that stay listed and never tell a change'),
  judged: z.boolean().describe('an address whose answers take longer than 3 s is told late, then nothing'),
})

const Lifecycle = z.object({
  removed: Share.describe('in place of a change being told, its subscription is removed'),
  missed: Share.describe('in place of a change, `missed` is told'),
  reauthorize: Share.describe('with a change, `reauthorizationRequired` is told'),
  lost: Share.describe('a lifecycle notification is not sent, also that of a removal'),
})

const Subscriptions = z.object({
  unreachable: Share.describe('creating is refused with 400, as for an address that does not answer within 10 s'),
  unauthorized: z
    .string()
    .describe('creating one for the calendar with this id is refused with 401, whatever the token'),
  renewalGone: Share.describe('a renewal finds that the subscription is gone: 404'),
})

const Delta = z.object({
  seriesOrder: z.enum(['first', 'last', 'other-page']).describe('where a master stands among its occurrences'),
  emptyPages: z.number().min(0).describe('empty pages before each page; a fraction is the probability of one more'),
  replays: Share.describe('a page begins with what the page before it ended with'),
  removedOccurrences: z.boolean().describe('a deleted series is told with its occurrences'),
  loops: Share.describe('the next link brings the same page again'),
  lowerCaseLinks: z.boolean().describe('links say `calendarview`'),
  gone: Share.describe('a request with a token is answered as though the token were unknown'),
  goneStatus: z.union([z.literal(410), z.literal(400), z.literal(404)]).describe('the status for an unknown token'),
  goneCode: z.string().describe('the code for an unknown token, in any casing'),
  locationOnGone: Share.describe('a 410 says with `Location` where to start again'),
})

const Condition = z.strictObject({
  person: z.string().optional().describe('the mailbox of this person (oid or address); all of them when absent'),
  is: z
    .enum(['inactive', 'unknown', 'unlicensed', 'empty'])
    .describe(
      'inactive: 404 MailboxNotEnabledForRESTAPI; unknown: 404 ResourceNotFound; unlicensed: 403; empty: views and delta tell nothing',
    ),
  probability: z.number().min(0).max(1).optional().describe('the share of requests that meet it'),
})
export type Condition = z.infer<typeof Condition>['is']

const sign = 'the first one that matches is given, as often as ordered, then it leaves the list'

/** Everything that Entra and Graph can be told to do to their clients, each with its meaning in a line. */
export const FaultSchema = z.object({
  seed: z.int().describe('begins every sequence of draws anew; the same seed gives the same sequence'),
  answers: z.array(FaultyAnswer).describe(`answers of Graph in place of the real one; ${sign}`),
  notifications: Notifications,
  lifecycle: Lifecycle,
  subscriptions: Subscriptions,
  delta: Delta,
  mailboxes: z.array(Condition).describe('what is wrong with mailboxes'),
  unlisted: z
    .array(z.string())
    .describe('names of calendars that are there, and that the list of calendars leaves out'),
  token: z.array(TokenFault).describe(`answers of the token endpoint; ${sign}`),
  authorize: z.array(AuthorizeFault).describe(`refusals of the sign-in page; ${sign}`),
  pageDelayMs: z.int().min(0).describe('milliseconds that each page of events takes'),
  concurrency: z
    .int()
    .min(1)
    .describe('requests in flight for one app and mailbox before a 429, also those of one batch'),
  honourIfMatch: Share.describe('`If-Match` is checked; nobody documents that it is'),
  conflictStatus: z.union([z.literal(412), z.literal(409)]).describe('the status for an `If-Match` that is outdated'),
  duplicateStatus: z.union([z.literal(400), z.literal(409)]).describe('the status for a reused `transactionId`'),
  transactionMemoryMs: z
    .int()
    .min(0)
    .describe('milliseconds for which a `transactionId` is known; nobody documents how long that is'),
  keepsDeleted: Share.describe(
    'what was deleted still answers under its immutable id, from Deleted Items; nobody documents that it does',
  ),
  versionAfterWrite: Share.describe('soon after a write the event gets another version without any change'),
})

/** How Microsoft 365 behaves besides the plain way. The object is live: a change counts from the next request on. */
export type Faults = z.infer<typeof FaultSchema> & {
  /** How often each share has been drawn since the seed was set. */
  draws: Record<string, number>
}

/** A Microsoft 365 that behaves. */
export const noFaults = (): Faults => ({
  seed: 1,
  draws: {},
  answers: [],
  notifications: {
    drop: 0,
    copies: 1,
    doubled: 0,
    createdTwice: false,
    reversed: false,
    delayMs: 50,
    late: 0,
    lateMs: 30_000,
    deaf: 0,
    judged: false,
  },
  lifecycle: { removed: 0, missed: 0, reauthorize: 0, lost: 0 },
  subscriptions: { unreachable: 0, unauthorized: '', renewalGone: 0 },
  delta: {
    seriesOrder: 'first',
    emptyPages: 0,
    replays: false,
    removedOccurrences: false,
    loops: false,
    lowerCaseLinks: false,
    gone: 0,
    goneStatus: 410,
    goneCode: 'SyncStateNotFound',
    locationOnGone: false,
  },
  mailboxes: [],
  unlisted: [],
  token: [],
  authorize: [],
  pageDelayMs: 0,
  concurrency: 4,
  honourIfMatch: true,
  conflictStatus: 412,
  duplicateStatus: 400,
  transactionMemoryMs: 100 * 365 * 86_400_000,
  keepsDeleted: true,
  versionAfterWrite: false,
})
