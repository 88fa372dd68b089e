import * as z from 'zod'
import { CALENDAR_ID, EVENT_UID } from '../../change/ids.ts'

/** A time as every answer of ours has it: UTC, in whole seconds. */
export const Time = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/)
  .meta({ examples: ['2026-11-21T08:00:00Z'] })

/** Ids as they stand in paths. */
export const CalendarId = z
  .string()
  .regex(CALENDAR_ID)
  .meta({ examples: ['cal_Qm9hcmRfbWVldGluZ19hYg'] })
export const EventUid = z
  .string()
  .regex(EVENT_UID)
  .meta({ examples: ['evt_external_aG93IGl0IHJlYWxseSBpcw'] })
