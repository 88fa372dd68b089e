import * as z from 'zod'
import { CALENDAR_ID, EVENT_UID } from '../change/ids.ts'

/** Ids as they stand in paths. */
export const CalendarId = z
  .string()
  .regex(CALENDAR_ID)
  .meta({ examples: ['cal_Qm9hcmRfbWVldGluZ19hYg'] })
export const EventUid = z
  .string()
  .regex(EVENT_UID)
  .meta({ examples: ['evt_external_aG93IGl0IHJlYWxseSBpcw'] })
