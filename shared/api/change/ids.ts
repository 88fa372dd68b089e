import { SyncError } from '../../core/errors.ts'
import type { ApiRequest } from '../request.ts'

/** Our ids as integrators see them: opaque and safe in a path. */
export const CALENDAR_ID = /^cal_([A-Za-z0-9_-]{22})$/
export const EVENT_UID = /^evt_external_([A-Za-z0-9_-]{22})$/

export const calendarIdOf = (key: string): string => `cal_${key}`
export const eventUidOf = (key: string): string => `evt_external_${key}`
export const profileIdOf = (account: string): string => `pro_${account.slice('acc_'.length)}`
export const channelIdOf = (id: string): string => `chn_${id}`

/** Our key behind an id in the API; undefined for what is not one of ours. */
export const calendarKey = (id: string): string | undefined => CALENDAR_ID.exec(id)?.[1]
/** The same for an event. */
export const eventKey = (uid: string): string | undefined => EVENT_UID.exec(uid)?.[1]

/** The calendar a request's address names. @throws SyncError `NOT_FOUND`. */
export const calendarOf = ({ params }: ApiRequest): string => found(calendarKey(params['calendar_id'] ?? ''))

/** The event a request's address names. @throws SyncError `NOT_FOUND`. */
export const eventOf = ({ params }: ApiRequest): string => found(eventKey(params['event_uid'] ?? ''))

function found(key: string | undefined): string {
  if (key === undefined) throw new SyncError('NOT_FOUND', 'the address holds no id of ours')
  return key
}
