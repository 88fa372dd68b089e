import type * as z from 'zod'
import { isFailure, SyncError } from '../../core/errors.ts'
import { type EpochMs, epochMs, toIsoSeconds } from '../../core/time.ts'
import type { Window } from '../../events/window.ts'
import type { ChangePage, Mailbox, ProviderSubscription } from '../../pull/ports.ts'
import { createCalendar, listCalendars } from './calendars.ts'
import type { GraphSend } from './client.ts'
import { spanOf } from './event-requests.ts'
import { EVENT_PREFERENCES, mapDeltaItem, mapItem } from './map-event.ts'
import { mapSettings } from './map-settings.ts'
import { pages } from './pages.ts'
import { parse } from './parse.ts'
import { DeltaPage, EventList, MailboxSettings, Subscription, SubscriptionPage } from './wire.ts'

/**
 * A hint to Graph, which may make pages larger. Rounds have ended with 504 where no size was asked for, and with a size of 1.
 * @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/6499
 * @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/3657
 */
const PAGE_SIZE = 200

const DELTA_PREFERENCES = [`odata.maxpagesize=${PAGE_SIZE}`, ...EVENT_PREFERENCES]

export interface MailboxDependencies {
  readonly send: GraphSend
  /** Where Graph posts change notifications, and lifecycle notifications. */
  readonly notificationUrl: string
  readonly lifecycleUrl: string
}

/** One person's mailbox, read through Graph with their token. */
export function createMailbox(dependencies: MailboxDependencies): Mailbox {
  const { send } = dependencies
  return {
    settings: async () =>
      mapSettings(parse(MailboxSettings, await send({ method: 'GET', target: '/me/mailboxSettings' }))),
    calendars: () => listCalendars(send),
    createCalendar: (calendar) => createCalendar(send, calendar),
    changes: (calendar, window, link) => changes(send, calendar, window, link),
    view: (calendar, window, link) => view(send, calendar, window, link),
    subscribe: (calendar, clientState, expiresAt) => subscribe(dependencies, calendar, clientState, expiresAt),
    async subscriptions(calendars) {
      const all = await pages(send, '/subscriptions', SubscriptionPage)
      const wanted = new Set(calendars.map(resourceOf))
      return all.filter(({ resource }) => wanted.has(resource)).map(mapSubscription)
    },
    async unsubscribe(id) {
      await send({ method: 'DELETE', target: `/subscriptions/${id}` }).catch((error: unknown) => {
        if (!isFailure(error, 'ITEM_GONE')) throw error
      })
    },
    async renew(id, expiresAt) {
      const body = { expirationDateTime: toIsoSeconds(expiresAt) }
      return mapSubscription(parse(Subscription, await send({ method: 'PATCH', target: `/subscriptions/${id}`, body })))
    },
  }
}

const resourceOf = (calendarProviderId: string): string => `me/calendars/${calendarProviderId}/events`

/** @see https://learn.microsoft.com/en-us/graph/api/calendar-list-calendarview */
async function view(send: GraphSend, calendar: string, window: Window, link: string | undefined): Promise<ChangePage> {
  const target = link ?? `/me/calendars/${calendar}/calendarView?${spanOf(window)}&$top=${PAGE_SIZE}`
  const page = parse(EventList, await send({ method: 'GET', target, prefer: EVENT_PREFERENCES }))
  return { items: page.value.map(mapItem), nextLink: page['@odata.nextLink'] }
}

/** @see https://learn.microsoft.com/en-us/graph/api/event-delta */
const changes: (send: GraphSend, ...rest: Parameters<Mailbox['changes']>) => ReturnType<Mailbox['changes']> = async (
  send,
  calendar,
  window,
  link,
) => {
  const target = link ?? `/me/calendars/${calendar}/calendarView/delta?${spanOf(window)}`
  try {
    const page = parse(DeltaPage, await send({ method: 'GET', target, prefer: DELTA_PREFERENCES }))
    return {
      items: page.value.map(mapDeltaItem),
      nextLink: page['@odata.nextLink'],
      cursor: page['@odata.deltaLink'],
    }
  } catch (error) {
    if (!isFailure(error, 'ITEM_GONE')) throw error
    throw new SyncError('CALENDAR_GONE', 'the calendar is gone', { cause: error, facts: error.facts })
  }
}

async function subscribe(
  { send, notificationUrl, lifecycleUrl }: MailboxDependencies,
  calendarProviderId: string,
  clientState: string,
  expiresAt: EpochMs,
): Promise<ProviderSubscription> {
  const body = {
    changeType: 'created,updated,deleted',
    resource: resourceOf(calendarProviderId),
    notificationUrl,
    lifecycleNotificationUrl: lifecycleUrl,
    clientState,
    expirationDateTime: toIsoSeconds(expiresAt),
  }
  return mapSubscription(parse(Subscription, await send({ method: 'POST', target: '/subscriptions', body })))
}

const mapSubscription = ({ id, expirationDateTime }: z.infer<typeof Subscription>): ProviderSubscription => ({
  providerId: id,
  expiresAt: epochMs(Date.parse(expirationDateTime)),
})
