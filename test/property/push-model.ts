import type { EventContent } from '../../shared/events/event.ts'
import type { Current } from '../../shared/push/snapshot.ts'
import type { Answer, Call, EventPatch, ProviderItem } from '../../shared/push/writer.ts'
import { current } from '../support/push.ts'

/** Graph's side of a PATCH, as far as the push asks for it. */
export function patched({ content: before, recurrence: rule, ...rest }: Current, patch: EventPatch): Current {
  const {
    times: at,
    description,
    location,
    attendees,
    reminderMinutes,
    conferencing,
    recurrence,
    url: _,
    ...plain
  } = patch
  const next: EventContent = {
    ...before,
    ...(plain as Partial<EventContent>),
    ...at,
    ...(description && { description: description.content }),
    ...(location !== undefined && { location: location ?? undefined }),
    ...(attendees && { attendees: attendees.map((one) => ({ status: 'needs_action' as const, ...one })) }),
    ...(reminderMinutes !== undefined && { reminderMinutes: reminderMinutes ?? undefined }),
    ...(conferencing && { onlineMeeting: { provider: 'teams' as const } }),
  }
  const repeats = recurrence === undefined ? rule : (recurrence ?? undefined)
  const kind = repeats === undefined ? 'single' : 'series'
  return { ...rest, etag: `${rest.etag}+`, kind, content: next, ...(repeats && { recurrence: repeats }) }
}

/** A provider with room for one event, which makes no two of one marker. */
export function createProvider(event?: Current) {
  const made = new Map<string, string>()
  let now = event
  const written: Call[] = []
  const item = (): Answer => (now === undefined ? { kind: 'gone' } : { kind: 'item', item: itemOf(now) })
  function answer(call: Call): Answer {
    if (call.kind === 'read' || call.kind === 'find') return item()
    written.push(call)
    if (call.kind === 'create') {
      if (made.has(call.marker)) return { kind: 'exists', providerId: made.get(call.marker) }
      const providerId = `provider-${made.size + 1}`
      made.set(call.marker, providerId)
      now = patched({ ...BLANK, providerId }, call.content)
      return item()
    }
    if (now === undefined) return { kind: 'gone' }
    if ('etag' in call && call.etag !== now.etag) return { kind: 'conflict' }
    if (call.kind === 'update') now = patched(now, call.patch)
    if (call.kind === 'delete') now = undefined
    return call.kind === 'update' ? item() : { kind: 'done' }
  }
  return { answer, written, held: () => now }
}

const BLANK = current({ summary: '' }, { etag: 'W/"new"' })

function itemOf({ providerId, etag, content, recurrence }: Current): ProviderItem {
  if (recurrence !== undefined) return { kind: 'series', master: { providerId, etag, content, recurrence } }
  return { kind: 'event', event: { ...content, providerId, etag, kind: 'single' } }
}

export type Provider = ReturnType<typeof createProvider>
