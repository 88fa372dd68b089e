import type { ChangeApi } from '../change/change-api.ts'
import type { ReadApi } from '../read/read-api.ts'
import type { BatchDependencies } from './batch-api.ts'

/** What may be asked for in a batch, by method and address. */
export const batchHandlers = (change: ChangeApi, read: ReadApi): Pick<BatchDependencies, 'changes' | 'others'> => ({
  changes: {
    'POST v1/calendars/{calendar_id}/events': change.upsert,
    'DELETE v1/calendars/{calendar_id}/events': change.delete,
    'DELETE v1/events': change.deleteMany,
    'POST v1/calendars/{calendar_id}/events/{event_uid}/participation_status': change.respond,
  },
  others: {
    'GET v1/account': read.account,
    'GET v1/actions/{id}': change.action,
    'GET v1/calendars': read.calendars,
    'GET v1/events': read.events,
    'GET v1/events/{event_uid}': read.event,
    'GET v1/events/pages/{token}': read.eventsPage,
    'GET v1/free_busy': read.freeBusy,
    'GET v1/free_busy/pages/{token}': read.freeBusyPage,
    'GET v1/profiles': read.profiles,
    'GET v1/userinfo': read.userinfo,
  },
})
