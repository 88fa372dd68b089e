/**
 * Why an action could not be applied, with the sentence integrators show to people. The codes are stable; what to do is
 * in the sentence.
 */
export const REJECT_REASONS = {
  calendar_gone: 'The calendar no longer exists in Microsoft 365.',
  calendar_read_only: 'The calendar cannot be changed by this person.',
  event_gone: 'The event was deleted and cannot be brought back from what was asked for.',
  changed_meanwhile:
    'The event was changed in Microsoft 365 just before; look at it and delete it again if it is still unwanted.',
  organizer_only: 'Only the organizer of the meeting can change this.',
  not_invited: 'The person organizes this event or is not invited, so there is no invitation to answer.',
  conferencing_fixed: 'An online meeting cannot be taken off an event again.',
  conferencing_unavailable: 'This calendar has no online meetings.',
  occurrence_only: 'One occurrence of a series cannot repeat by itself; change the series.',
  occurrence_crosses: 'An occurrence cannot be moved to or past the day of its neighbour in the series.',
  value_refused: 'Microsoft 365 does not take one of the values, such as a title above 255 characters.',
  some_left: 'Some of the events could not be deleted; ask for them one by one to see why.',
  refused_by_microsoft: 'Microsoft 365 does not accept this change.',
  restored:
    'The service was restored from a backup before this was applied; look at the event and ask again if it is still wanted.',
  disconnected: "The person's consent had ended before this was applied; ask again if it is still wanted.",
  microsoft_failing: 'This change failed for three days, however often it was tried; look at the event and ask again.',
} as const

export type RejectReason = keyof typeof REJECT_REASONS
