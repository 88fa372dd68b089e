import { Hono } from 'hono'
import type { FakeState } from './flowagent-api.ts'
import type { StoredEvent } from './flowagent-api-calendar.ts'
import { expandSeries, withOffset } from './flowagent-api-series.ts'

export type Outcome =
  | { state: 'applied' | 'unchanged' | 'superseded'; overruled?: { field: string; value: string }[] }
  | { state: 'rejected'; reason: string; description: string }

export interface Action {
  kind: string
  state: string
  settle(outcome: Outcome): void
  [more: string]: unknown
}

type Body = Record<string, unknown>

/** Accepts changes as the API does: at once visible and pending, and applied when the test settles them. */
export function actionRoutes(state: FakeState): Hono {
  const actions = new Map<string, Action>()

  function accept(kind: string, apply: () => void, undo: () => void): Response {
    const id = `act_${actions.size + 1}`
    const action: Action = {
      action_id: id,
      kind,
      state: 'pending',
      settle(outcome) {
        Object.assign(action, outcome)
        if (outcome.state === 'rejected') undo()
        else apply()
      },
    }
    actions.set(id, action)
    state.actions.push(action)
    if (state.outcome !== undefined) setTimeout(() => action.settle(state.outcome ?? { state: 'applied' }), 150)
    return new Response(null, { status: 202, headers: { Location: `${state.url}/v1/actions/${id}` } })
  }

  const refusal = (calendarId: string): Response | undefined => {
    const calendar = state.calendars.find(({ id }) => id === calendarId)
    if (calendar === undefined) return new Response(null, { status: 404 })
    if (calendar.readOnly) return new Response(null, { status: 403 })
    return state.invalid && Response.json({ errors: state.invalid }, { status: 422 })
  }

  return new Hono()
    .post('/v1/calendars/:calendar/events', async (context) => {
      const calendar = context.req.param('calendar')
      const body = await context.req.json<Body>()
      state.writes.push({ method: 'POST', calendar, body })
      const refused = refusal(calendar)
      if (refused) return refused
      const before = new Map(state.events)
      for (const event of wantedEvents(state, calendar, body)) state.events.set(event.event_uid, event)
      return accept(
        'upsert',
        () => settleEvents(state, body),
        () => restore(state, before),
      )
    })
    .delete('/v1/calendars/:calendar/events', async (context) => {
      const calendar = context.req.param('calendar')
      const body = await context.req.json<Body>()
      state.writes.push({ method: 'DELETE', calendar, body })
      const refused = refusal(calendar)
      if (refused) return refused
      const before = new Map(state.events)
      for (const [key, event] of state.events) if (isNamed(event, body)) state.events.delete(key)
      return accept(
        'delete',
        () => undefined,
        () => restore(state, before),
      )
    })
    .post('/v1/calendars/:calendar/events/:uid/participation_status', async (context) => {
      const { calendar, uid } = context.req.param()
      const body = await context.req.json<Body>()
      state.writes.push({ method: 'ANSWER', calendar, body: { ...body, event_uid: uid } })
      const before = new Map(state.events)
      const event = state.events.get(uid)
      if (event === undefined) return context.body(null, 404)
      state.events.set(uid, { ...event, participation_status: body['status'], pending: { action_id: 'act' } })
      return accept(
        'respond',
        () => settleEvents(state, { event_uid: uid }),
        () => restore(state, before),
      )
    })
    .get('/v1/actions/:id', (context) => {
      const action = actions.get(context.req.param('id'))
      return action ? context.json({ action }) : context.body(null, 404)
    })
}

const isNamed = (event: StoredEvent, body: Body): boolean =>
  body['event_id'] === undefined
    ? event.event_uid === body['event_uid']
    : event['event_id'] === body['event_id'] || event['series_event_id'] === body['event_id']

/** The events as the change wants them, pending. */
function wantedEvents(state: FakeState, calendar: string, body: Body): StoredEvent[] {
  const known = [...state.events.values()].filter((event) => isNamed(event, body))
  const { attendees, conferencing, based_on, reminders, ...plain } = body
  const id = String(body['event_id'] ?? body['event_uid'])
  const fresh = { ...state.defaults, calendar_id: calendar, event_uid: `~${id}`, modifiedAt: 0 }
  const base = (known[0] ?? fresh) as StoredEvent
  const { invite = [], remove = [] } = (attendees ?? {}) as { invite?: Body[]; remove?: Body[] }
  const kept = ((base['attendees'] ?? []) as Body[]).filter(
    ({ email }) => !remove.some((gone) => gone['email'] === email),
  )
  const wanted = {
    ...base,
    ...plain,
    ...(body['start'] ? { start: withOffset(body['start'] as StoredEvent['start']) } : {}),
    ...(body['end'] ? { end: withOffset(body['end'] as StoredEvent['end']) } : {}),
    ...(conferencing ? { meeting_url: 'https://teams.example/join/new' } : {}),
    attendees: [...kept, ...invite.map((guest) => ({ ...guest, status: 'needs_action' }))],
    version: `v${state.writes.length}`,
    pending: { action_id: 'act' },
    modifiedAt: 0, // own changes are not reported
  } as StoredEvent
  return body['event_id'] === undefined ? [wanted] : expandSeries(wanted)
}

/** What was wanted is in Outlook now, and has its id from there. */
function settleEvents(state: FakeState, body: Body): void {
  for (const [key, event] of [...state.events]) {
    if (!isNamed(event, body)) continue
    const { pending, ...settled } = event
    const uid = key.startsWith('~') ? `evt_${key.slice(1)}` : key
    state.events.delete(key)
    state.events.set(uid, { ...settled, event_uid: uid } as StoredEvent)
  }
}

function restore(state: FakeState, before: FakeState['events']): void {
  state.events.clear()
  for (const [key, event] of before) state.events.set(key, event)
}
