import type { Instance } from '../mailbox/event.ts'
import { extendedKey } from '../mailbox/extended.ts'
import { MailboxFailure } from '../mailbox/failures.ts'
import type { Calendar } from '../mailbox/mailbox.ts'
import { occurrenceOn } from '../mailbox/series.ts'
import { type GraphContext, originOf, query } from './context.ts'
import { type Json, renderCancelled, renderEvent, renderExtended } from './render.ts'

/** An event as this request wants it: in its zone and id form, with what it selects and expands. */
export function answerEvent(c: GraphContext, instance: Instance, calendar: Calendar): Json {
  const preferences = c.get('preferences')
  const event = { ...renderEvent(instance, calendar, preferences), ...expanded(c, instance, calendar) }
  const select = query(c, '$select')
  if (select === undefined) return event
  const names = new Set(['@odata.etag', 'id', ...select.split(',').map((name) => name.trim()), ...EXPANDED])
  if (names.has('cancelledOccurrences'))
    Object.assign(event, { cancelledOccurrences: renderCancelled(instance.item, preferences) })
  return Object.fromEntries(Object.entries(event).filter(([name]) => names.has(name)))
}

const EXPANDED = ['singleValueExtendedProperties', 'exceptionOccurrences']

function expanded(c: GraphContext, instance: Instance, calendar: Calendar): Json {
  const expand = query(c, '$expand') ?? ''
  const { item } = instance
  const [, wanted] = /singleValueExtendedProperties\(\$filter=id eq '([^']*)'\)/i.exec(expand) ?? []
  const properties = item.extended.filter(({ id }) => wanted !== undefined && extendedKey(id) === extendedKey(wanted))
  if (!/exceptionOccurrences/i.test(expand)) return renderExtended(properties)
  const exceptions = [...item.exceptions.keys()].sort().map((date) => occurrenceOn(item, date))
  return {
    ...renderExtended(properties),
    exceptionOccurrences: exceptions.map((each) => renderEvent(each, calendar, c.get('preferences'))),
  }
}

const BY_PROPERTY =
  /^singleValueExtendedProperties\/any\(\s*(\w+)\s*:\s*\1\/id eq '((?:[^']|'')*)' and (?:\1\/value eq '((?:[^']|'')*)'|(startswith|contains)\(\1\/value,\s*'((?:[^']|'')*)'\))\s*\)$/i

/** What `$filter` lets through: look-up by an extended property, or by `iCalUId`. */
export function filterOf(c: GraphContext): (instance: Instance) => boolean {
  const filter = query(c, '$filter')
  if (filter === undefined) return () => true
  const [, , id, value, operator, part] = BY_PROPERTY.exec(filter) ?? []
  if (id !== undefined && value !== undefined) return hasProperty(unquoted(id), (held) => held === lowered(value))
  if (id !== undefined && part !== undefined) {
    const isAtBeginning = operator?.toLowerCase() === 'startswith'
    return hasProperty(unquoted(id), (held) =>
      isAtBeginning ? held.startsWith(lowered(part)) : held.includes(lowered(part)),
    )
  }
  const [, uid] = /^iCalUId eq '([^']*)'$/i.exec(filter) ?? []
  if (uid !== undefined) return ({ item }) => item.iCalUId === uid
  throw new MailboxFailure(400, 'ErrorInvalidUrlQueryFilter', 'The query filter contains one or more invalid nodes.')
}

const unquoted = (text: string) => text.replaceAll("''", "'")

/** Values are compared in any case. */
const lowered = (text: string) => unquoted(text).toLowerCase()

const hasProperty =
  (id: string, isMeant: (value: string) => boolean) =>
  ({ item }: Instance): boolean =>
    item.extended.some((each) => extendedKey(each.id) === extendedKey(id) && isMeant(each.value.toLowerCase()))

/** One page of a list, with the link to the next one. */
export function answerList(c: GraphContext, context: string, all: readonly Instance[], calendar: Calendar): Json {
  const top = Math.min(Number(query(c, '$top') ?? c.get('preferences').pageSize ?? 10), 1000)
  const skip = Number(query(c, '$skip') ?? 0)
  if (!(top > 0 && skip >= 0)) throw new MailboxFailure(400, 'ErrorInvalidUrlQuery', 'Invalid $top or $skip.')
  const value = all.slice(skip, skip + top).map((instance) => answerEvent(c, instance, calendar))
  return {
    '@odata.context': context,
    ...(query(c, '$count') === 'true' && { '@odata.count': all.length }),
    value,
    ...(skip + top < all.length && { '@odata.nextLink': nextLink(c, skip + top, top) }),
  }
}

function nextLink(c: GraphContext, skip: number, top: number): string {
  const { pathname, searchParams } = new URL(c.req.url)
  const kept = [...searchParams].filter(([name]) => !['$top', '$skip'].includes(name.toLowerCase()))
  const parameters = [...kept, ['$top', String(top)], ['$skip', String(skip)]]
  const text = parameters.map(([name = '', value = '']) => `${name}=${encodeURIComponent(value)}`).join('&')
  return `${originOf(c)}${pathname}?${text}`
}

/** `$orderby=start/dateTime` with or without `desc`; the order of creation without. */
export function ordered(c: GraphContext, instances: Instance[]): Instance[] {
  const [by, direction] = (query(c, '$orderby') ?? '').split(' ')
  if (by === '') return instances
  if (by !== 'start/dateTime') throw new MailboxFailure(400, 'ErrorInvalidUrlQuery', `Cannot order by '${by}'.`)
  const sign = direction === 'desc' ? -1 : 1
  return instances.sort((one, other) => sign * (one.span.startAt - other.span.startAt))
}
