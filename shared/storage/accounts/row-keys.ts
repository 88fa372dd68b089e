import type { BlindIndex } from '../../crypto/ports.ts'

/** The number of parts the index from items to rows is split into: a change rewrites one of them. */
export const INDEX_PARTS = 128

/** After the last change-log number; newest entries come first in row key order. */
const LAST_CHANGE = 999_999_999_999

/** Row keys of an account's partition. `state.` rows are read together, `event.` rows month by month. */
export const headKey = 'state.head'
export const tokenKey = 'state.token'
export const calendarKey = (calendar: string): string => `state.calendar.${calendar}`
export const channelKey = (channel: string): string => `state.channel.${channel}`
export const seriesKey = (series: string): string => `series.${series}`
export const changeKey = (number: number): string => `change.${String(LAST_CHANGE - number).padStart(12, '0')}`
export const changeNumberOf = (rowKey: string): number => LAST_CHANGE - Number(rowKey.slice('change.'.length))
export const actionCounterKey = 'state.actions'
export const actionKey = (number: number): string => `action.${String(number).padStart(12, '0')}`
export const actionNumberOf = (rowKey: string): number => Number(rowKey.slice('action.'.length))
/** A request that was sent with an Idempotency-Key, or an item of it. */
export const requestKey = (name: string, item?: number): string =>
  item === undefined ? `request.${name}` : `request.${name}.${String(item).padStart(2, '0')}`
export const agreementKey = (agreement: string): string => `agreement.${agreement}`
export const eventKey = (month: string, event: string): string => `event.${month}.${event}`

/** The part of the index that holds an item: chosen by its blind name, so items spread evenly. */
export const partOf = (item: string): number => (Buffer.from(item.slice(0, 4), 'base64url')[0] ?? 0) % INDEX_PARTS
export const partKey = (part: number): string => `index.${String(part).padStart(3, '0')}`

/** The keys from `prefix.` up to the next prefix, as a half-open range. `/` follows `.` in the character set. */
export const rangeOf = (prefix: string): readonly [string, string] => [`${prefix}.`, `${prefix}/`]

/** Whether a row is one of those that `prefix.` begins. */
export const isIn = (prefix: string, rowKey: string): boolean => rowKey.startsWith(rangeOf(prefix)[0])

/** Our names for an account's things. They tell nothing without the root secret. */
export interface AccountNames {
  calendar(providerId: string): string
  item(providerId: string): string
  /** What an integrator's agreements have in common, and its agreement on one event. `event` is its own id, or our key. */
  integrator(clientId: string): string
  agreement(clientId: string, calendar: string, event: { readonly eventId: string } | { readonly key: string }): string
  /** The opaque token a calendar month (`2026-11`) has in this account. */
  month(month: string): string
}

export const namesOf = (blind: BlindIndex, account: string): AccountNames => ({
  calendar: (providerId) => blind.token('calendar', account, providerId),
  item: (providerId) => blind.token('event', account, providerId),
  integrator: (clientId) => blind.token('integrator', account, clientId),
  agreement: (clientId, calendar, event) => {
    const name = 'eventId' in event ? (['managed', event.eventId] as const) : (['external', event.key] as const)
    const own = blind.token('agreement', account, clientId, calendar, ...name)
    return `${blind.token('integrator', account, clientId)}.${own}`
  },
  month: (month) => blind.token('month', account, month).slice(0, 12),
})

/** An account's own name: of the tenant and object id, never of an address, so that reconnecting finds it again. */
export const accountIdOf = (blind: BlindIndex, tenantId: string, objectId: string): string =>
  `acc_${blind.token('account', tenantId, objectId)}`
