import { type EpochMs, epochMs, toIsoSeconds } from '../../../shared/core/time.ts'

/** An event as Outlook shows it. */
export interface OutlookEvent {
  readonly id: string
  readonly title: string
  readonly startAt: EpochMs
  readonly place: string
  readonly type: string
}

/** Somebody who changes a calendar in Outlook: calls of Graph with a token of their own. */
export interface Outlook {
  /** What the default calendar shows from `from` to `to`. */
  events(from: EpochMs, to: EpochMs): Promise<readonly OutlookEvent[]>
  create(event: Record<string, unknown>): Promise<string>
  change(id: string, fields: Record<string, unknown>): Promise<void>
  remove(id: string): Promise<void>
  /** Accepts an invitation. */
  accept(id: string): Promise<void>
  /** How many mails about meetings went out. */
  mailsSent(): Promise<number>
}

interface GraphEvent {
  readonly id: string
  readonly subject: string
  readonly type: string
  readonly start: { readonly dateTime: string }
  readonly location?: { readonly displayName?: string }
}

/** @param base address of the Microsoft 365 stand-in. */
export function openOutlook(base: string, person: string): Outlook {
  // One for each call: hours may pass between two of them.
  const newToken = async () => {
    const given = await fetch(`${base}/_control/token`, json('POST', { person }))
    return ((await given.json()) as { token: string }).token
  }
  const call = async (path: string, init: RequestInit = {}): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${base}/v1.0/me/${path}`, {
      ...init,
      headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${await newToken()}` },
    })
    if (!answer.ok) throw new Error(`Outlook: ${init.method ?? 'GET'} was answered with ${answer.status}`)
    const text = await answer.text()
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  }
  return {
    async events(from, to) {
      const range = { startDateTime: toIsoSeconds(from), endDateTime: toIsoSeconds(to), $top: '500' }
      const { value } = await call(`calendarView?${new URLSearchParams(range)}`)
      return (value as GraphEvent[]).map(shown)
    },
    create: async (event) => String((await call('events', json('POST', event)))['id']),
    change: async (id, fields) => {
      await call(`events/${id}`, json('PATCH', fields))
    },
    remove: async (id) => {
      await call(`events/${id}`, { method: 'DELETE' })
    },
    accept: async (id) => {
      await call(`events/${id}/accept`, json('POST', { sendResponse: true }))
    },
    async mailsSent() {
      const answer = await fetch(`${base}/_control/mails?${new URLSearchParams({ person })}`)
      return ((await answer.json()) as unknown[]).length
    },
  }
}

/** Graph writes the times of a view without an offset, in UTC. */
const shown = ({ id, subject, type, start, location }: GraphEvent): OutlookEvent => ({
  id,
  title: subject,
  startAt: epochMs(Date.parse(`${start.dateTime.slice(0, 19)}Z`)),
  place: location?.displayName ?? '',
  type,
})

const json = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
