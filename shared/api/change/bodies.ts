import * as z from 'zod'
import { Attendees } from './attendees.ts'
import { CalendarIds } from './delete-many.ts'
import { Coarse, Conferencing, DescriptionText, Extended, Place, Reminders } from './details.ts'
import { EventId, EventUid } from './event-name.ts'
import { RecurrenceRules } from './recurrence.ts'
import { Flag, HexColor, WebAddress } from './texts.ts'
import { MomentOrInZone, ZoneName } from './times.ts'
import { Status, Summary, Version } from './wanted.ts'

/** Exactly one of the two names. */
const ONE_NAME = { oneOf: [{ required: ['event_id'] }, { required: ['event_uid'] }] }

const names = {
  event_id: EventId.optional().meta({ description: 'Your own id of the event, one in each calendar.' }),
  event_uid: EventUid.optional().meta({ description: 'The id of any event, as a read gave it.' }),
}

/**
 * The body of `POST /v1/calendars/{calendar_id}/events`, field by field of the schemas that `parseUpsert` reads with.
 * What one field demands of another is in `parseUpsert` only: all that it takes fits this schema.
 */
export const UpsertBody = z
  .looseObject({
    ...names,
    summary: Summary.optional().meta({ description: 'Needed for a new event.' }),
    description: DescriptionText.optional().meta({ description: 'Plain text.' }),
    description_html: DescriptionText.optional().meta({ description: 'HTML, in place of `description`.' }),
    start: MomentOrInZone.optional().meta({ description: 'Needed for a new event, together with `end`.' }),
    end: MomentOrInZone.optional().meta({ description: 'After `start`; the end of an all-day event is exclusive.' }),
    tzid: ZoneName.optional().meta({ description: 'The zone of `start` and `end`, where they have none.' }),
    location: Place.optional().meta({ description: 'Null takes it away.' }),
    url: WebAddress.nullable().optional().meta({ description: 'A web address; null takes it away.' }),
    attendees: Attendees.optional().meta({ description: 'Whom to invite and whom to take off; everybody else stays.' }),
    reminders: Reminders.optional().meta({
      description: 'Microsoft 365 has one, the first; an empty list takes it away.',
    }),
    reminders_create_only: Flag.optional().meta({
      description: 'Leave the reminder of an event that exists as it is.',
    }),
    transparency: Coarse.optional().meta({ description: 'Whether the person is busy.' }),
    extended_transparency: Extended.optional().meta({ description: 'The finer choice, which wins.' }),
    event_private: Flag.optional().meta({ description: 'Whether others see that the person is busy, and no more.' }),
    color: HexColor.nullable()
      .optional()
      .meta({
        description: 'Shown in Outlook as the category with the nearest hue; null takes it away.',
        examples: ['#49BED8'],
      }),
    conferencing: Conferencing.optional().meta({ description: 'A Microsoft Teams meeting, or none.' }),
    recurrence: RecurrenceRules.optional().meta({
      description: 'How the event repeats; an empty list ends the series.',
    }),
    based_on: Version.optional().meta({
      description: 'The `version` you have read: only what is to change has to be named.',
    }),
  })
  .meta({ id: 'UpsertEvent', ...ONE_NAME })

/** The body, or the query, of `DELETE /v1/calendars/{calendar_id}/events`. */
export const DeleteBody = z.looseObject(names).meta({ id: 'DeleteEvent', ...ONE_NAME })

/** The body, or the query, of `DELETE /v1/events`. */
export const DeleteManyBody = z
  .looseObject({
    delete_all: Flag.optional().meta({ description: 'True deletes your events of all calendars.' }),
    calendar_ids: CalendarIds.optional().meta({ description: 'Deletes your events of these calendars.' }),
  })
  .meta({ id: 'DeleteEvents', anyOf: [{ required: ['delete_all'] }, { required: ['calendar_ids'] }] })

/** The body of `POST .../participation_status`. */
export const ResponseBody = z
  .looseObject({ status: Status.meta({ description: "The person's answer to the invitation." }) })
  .meta({ id: 'ChangeParticipation' })
