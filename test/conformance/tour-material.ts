const DAY_MS = 86_400_000

const dateOf = (day: number): string => new Date(Date.now() + day * DAY_MS).toISOString().slice(0, 10)

/** When a meeting is, `day` days from now; with what it says when `subject` is given. */
export function meetingOn(day: number, subject?: string): object {
  const at = (hour: number) => ({ dateTime: `${dateOf(day)}T${hour}:00:00`, timeZone: 'Romance Standard Time' })
  const times = { start: at(10), end: at(11) }
  if (subject === undefined) return times
  return {
    ...times,
    subject,
    body: { contentType: 'html', content: `<p>About <b>${subject}</b></p>` },
    location: { displayName: 'Room 1' },
    attendees: [{ type: 'optional', emailAddress: { name: 'Guest', address: 'guest@example.com' } }],
    transactionId: `tour-${subject}`,
  }
}

/** A daily series of `count` meetings. */
export const seriesFrom = (day: number, subject: string, count: number): object => ({
  ...meetingOn(day, subject),
  recurrence: {
    pattern: { type: 'daily', interval: 1 },
    range: { type: 'numbered', startDate: dateOf(day), numberOfOccurrences: count },
  },
})

/** An event that takes a whole day. */
export function dayOn(day: number, subject: string): object {
  const midnight = (more: number) => ({ dateTime: `${dateOf(day + more)}T00:00:00`, timeZone: 'UTC' })
  return { subject, isAllDay: true, start: midnight(0), end: midnight(1), showAs: 'free' }
}

/** The parameters of a window that holds everything the tour makes. */
export const spanAround = (): string => `startDateTime=${dateOf(-30)}T00:00:00Z&endDateTime=${dateOf(300)}T00:00:00Z`
