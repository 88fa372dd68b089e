import * as z from 'zod'
import { FREE_BUSY_SCOPES, READING_SCOPES } from '../../../integrators/scopes.ts'
import { EventParameters, EventsParameters, FreeBusyParameters } from '../../read/schedule-query.ts'
import { EventAnswer, EventsPage, FreeBusyPage } from '../../read/wire-shapes.ts'
import type { Group } from '../endpoint.ts'
import { EventUid } from '../ids.ts'

const EXAMPLE = {
  pages: { current: 1, total: 1 },
  events: [
    {
      calendar_id: 'cal_Qm9hcmRfbWVldGluZ19hYg',
      event_uid: 'evt_external_aG93IGl0IHJlYWxseSBpcw',
      version: 'zT5pYvG0',
      summary: 'Board meeting',
      description: '',
      start: '2026-11-27T08:00:00Z',
      end: '2026-11-27T09:00:00Z',
      deleted: false,
      created: '2026-11-20T12:00:00Z',
      updated: '2026-11-20T12:00:00Z',
      participation_status: 'accepted',
      attendees: [{ email: 'bo@contoso.example', display_name: 'Bo Lind', status: 'needs_action' }],
      transparency: 'opaque',
      extended_transparency: 'opaque',
      status: 'confirmed',
      categories: [],
      recurring: false,
      event_private: false,
      options: { delete: true, update: true, change_participation_status: false },
    },
  ],
}

export const eventsGroup: Group = {
  name: 'Events',
  description: 'The cached schedule: 42 days back to 201 days ahead, as Microsoft last told it.',
  endpoints: [
    {
      id: 'readEvents',
      method: 'GET',
      path: '/v1/events',
      summary: 'Read events',
      description:
        'Long answers come in pages: follow `pages.next_page` until it is absent. Your own events are left out unless you ask for them, and to read nothing else takes no scope.',
      access: { token: READING_SCOPES },
      query: EventsParameters,
      answers: { 200: { means: 'The first page.', body: EventsPage, example: EXAMPLE } },
    },
    {
      id: 'readEventsPage',
      method: 'GET',
      path: '/v1/events/pages/{token}',
      summary: 'Read a further page of events',
      description: 'The address is `pages.next_page` of the page before. Whatever else is in the query is ignored.',
      access: { token: [] },
      params: { token: z.string() },
      answers: { 200: { means: 'The page.', body: EventsPage } },
    },
    {
      id: 'readEvent',
      method: 'GET',
      path: '/v1/events/{event_uid}',
      summary: 'Read one event',
      access: { token: READING_SCOPES },
      params: { event_uid: EventUid },
      query: EventParameters,
      answers: { 200: { means: 'The event.', body: EventAnswer } },
    },
    {
      id: 'readFreeBusy',
      method: 'GET',
      path: '/v1/free_busy',
      summary: 'Read when the person is busy',
      access: { token: FREE_BUSY_SCOPES },
      query: FreeBusyParameters,
      answers: { 200: { means: 'The first page.', body: FreeBusyPage } },
    },
    {
      id: 'readFreeBusyPage',
      method: 'GET',
      path: '/v1/free_busy/pages/{token}',
      summary: 'Read a further page of busy times',
      access: { token: FREE_BUSY_SCOPES },
      params: { token: z.string() },
      answers: { 200: { means: 'The page.', body: FreeBusyPage } },
    },
  ],
}
