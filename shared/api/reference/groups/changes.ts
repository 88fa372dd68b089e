import * as z from 'zod'
import { ACTION_SCOPES, ANSWERING_SCOPES, DELETING_SCOPES, UPSERTING_SCOPES } from '../../../integrators/scopes.ts'
import { BatchRequest, BatchResponse } from '../../batch/batch-api.ts'
import { DeleteBody, DeleteManyBody, ResponseBody, UpsertBody } from '../../change/bodies.ts'
import { ActionAnswer } from '../../change/wire-action.ts'
import { FailureBody } from '../../failure.ts'
import { IDEMPOTENCY } from '../answers.ts'
import type { Answer, Group } from '../endpoint.ts'
import { CalendarId, EventUid } from '../ids.ts'

const ACCEPTED: Answer = {
  means: 'The change is stored and will be carried out.',
  headers: { location: 'The address of its outcome. Absent when there was nothing to do.' },
}

const calendar = { calendar_id: CalendarId }

const ACTION_EXAMPLE = {
  action: {
    action_id: 'act_1_dGhpcyBpcyBhIHRva2Vu',
    kind: 'upsert',
    state: 'applied',
    event_id: 'my-1',
    accepted_at: '2026-11-21T08:00:00Z',
    finished_at: '2026-11-21T08:00:01Z',
    overruled: [],
  },
}

export const changesGroup: Group = {
  name: 'Changes',
  description:
    'A change is answered with 202 once it is stored. What became of it is read at the address in `Location`.',
  endpoints: [
    {
      id: 'upsertEvent',
      method: 'POST',
      path: '/v1/calendars/{calendar_id}/events',
      summary: 'Create or change an event',
      description:
        'With `event_id` the event is created, or brought into the state that is asked for. With `event_uid` an event of others is changed, which needs the permission level unrestricted.',
      access: { token: UPSERTING_SCOPES },
      headers: IDEMPOTENCY,
      params: calendar,
      body: {
        schema: UpsertBody,
        example: {
          event_id: 'my-1',
          summary: 'Board meeting',
          tzid: 'Europe/Copenhagen',
          start: '2026-11-27T09:00:00',
          end: '2026-11-27T10:00:00',
          attendees: { invite: [{ email: 'bo@contoso.example' }] },
          recurrence: { rules: [{ frequency: 'weekly', by_day: ['friday'], count: 10 }] },
        },
      },
      answers: { 202: ACCEPTED },
    },
    {
      id: 'deleteEvent',
      method: 'DELETE',
      path: '/v1/calendars/{calendar_id}/events',
      summary: 'Delete an event',
      description: 'The fields may stand in the body or in the query.',
      access: { token: DELETING_SCOPES },
      headers: IDEMPOTENCY,
      params: calendar,
      body: { schema: DeleteBody, example: { event_id: 'my-1' } },
      answers: { 202: ACCEPTED },
    },
    {
      id: 'deleteEvents',
      method: 'DELETE',
      path: '/v1/events',
      summary: 'Delete all of your events',
      description: 'Of all calendars, or of those that are named. The fields may stand in the body or in the query.',
      access: { token: DELETING_SCOPES },
      headers: IDEMPOTENCY,
      body: { schema: DeleteManyBody, example: { delete_all: true } },
      answers: { 202: ACCEPTED, 404: { means: 'A calendar is not there.', body: FailureBody } },
    },
    {
      id: 'changeParticipation',
      method: 'POST',
      path: '/v1/calendars/{calendar_id}/events/{event_uid}/participation_status',
      summary: 'Answer an invitation',
      access: { token: ANSWERING_SCOPES },
      headers: IDEMPOTENCY,
      params: {
        ...calendar,
        event_uid: EventUid,
      },
      body: { schema: ResponseBody, example: { status: 'accepted' } },
      answers: { 202: ACCEPTED },
    },
    {
      id: 'readAction',
      method: 'GET',
      path: '/v1/actions/{id}',
      summary: 'Read what became of a change',
      access: { token: ACTION_SCOPES },
      params: { id: z.string().meta({ examples: ['act_1_dGhpcyBpcyBhIHRva2Vu'] }) },
      answers: { 200: { means: 'The change.', body: ActionAnswer, example: ACTION_EXAMPLE } },
    },
    {
      id: 'sendBatch',
      method: 'POST',
      path: '/v1/batch',
      summary: 'Send several requests as one',
      description: 'Each is answered as if it had come alone, in the order of the requests.',
      access: { token: [] },
      headers: IDEMPOTENCY,
      body: {
        schema: BatchRequest,
        example: { batch: [{ method: 'GET', relative_url: '/v1/calendars' }] },
      },
      answers: { 207: { means: 'The answers.', body: BatchResponse } },
    },
  ],
}
