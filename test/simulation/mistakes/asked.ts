import type { Mistake } from './mistake.ts'

/** Mistakes by which something is written that nobody has asked for, or not what was asked for. */
export const ASKED_MISTAKES: readonly Mistake[] = [
  {
    name: 'I1: an update writes the place that it knew over a newer one',
    patches: [
      {
        file: 'shared/push/merge.ts',
        search: 'const patch = patchOf(wishes, written, current)',
        replace: 'const patch = { ...patchOf(wishes, written, current), location: base?.content.location }',
      },
    ],
    found: /I1: an edit made in Outlook was replaced|nobody has asked for/,
    seed: 2,
    worlds: 'unheard',
  },
  {
    name: 'I1: a series is put anew by each change of it',
    patches: [
      {
        file: 'shared/push/merge.ts',
        search: "if (recurrence === undefined && (times === undefined || current.kind !== 'series')) return {}",
        replace: "if (recurrence === undefined && current.kind !== 'series') return {}",
      },
      {
        file: 'shared/push/merge.ts',
        search:
          "const zone = [start.zone, rule.zone].find((one) => one !== undefined && windowsZone(one) !== undefined) ?? 'UTC'",
        replace: "const zone = 'Asia/Tokyo'",
      },
    ],
    found: /put anew for nobody/,
    seed: 57,
    worlds: 'untroubled',
  },
  {
    name: 'I3: a creation carries no name of ours',
    patches: [
      {
        file: 'shared/microsoft/graph/write-event.ts',
        search: '...(marker !== undefined && { transactionId: marker }),',
        replace: '...(marker === undefined && { transactionId: marker }),',
      },
    ],
    found: /I3|nobody has asked about/,
    seed: 2,
  },
  {
    name: 'I5: nobody is invited',
    patches: [
      {
        file: 'shared/microsoft/graph/write-event.ts',
        search: '...(patch.attendees && { attendees: patch.attendees.map(writeAttendee) }),',
        replace: '...(patch.attendees && { attendees: patch.attendees.slice(1).map(writeAttendee) }),',
      },
    ],
    found: /invitation was lost|taken off/,
    seed: 1,
    worlds: 'untroubled',
  },
  {
    name: 'I5: a new series is a single event',
    patches: [
      {
        file: 'shared/push/merge.ts',
        search: '...(recurrence && plain.times && { recurrence: startingAt(recurrence, plain.times.start) }),',
        replace:
          '...(recurrence === null && plain.times && { recurrence: startingAt(recurrence, plain.times.start) }),',
      },
    ],
    found: /never made a series/,
    seed: 1,
    worlds: 'untroubled',
  },
  {
    name: 'I5: an answer to an invitation counts as given',
    patches: [
      {
        file: 'shared/push/plan.ts',
        search: 'if (participation === response) return UNCHANGED',
        replace: 'if (response !== undefined) return UNCHANGED',
      },
    ],
    found: /answer to an invitation was lost/,
    seed: 6,
    worlds: 'two people',
  },
  {
    name: 'I3: an event whose creation was not answered long ago is not looked for',
    patches: [
      {
        file: 'shared/push/task.ts',
        search: "return last.kind === 'delete' || elapsed(attemptedSince ?? attemptedAt, now) >= SLOWEST_CALL",
        replace: "return last.kind === 'delete' || elapsed(attemptedSince ?? attemptedAt, now) < 0",
      },
    ],
    found: /I3/,
    seed: 3,
    worlds: 'forgetful',
  },
  {
    name: 'I5: a deletion does not wait for a creation that is still on its way',
    patches: [
      {
        file: 'shared/push/task.ts',
        search: 'mayArrive: attemptedAt !== undefined && elapsed(attemptedAt, now) < SLOWEST_CALL,',
        replace: 'mayArrive: attemptedAt !== undefined && elapsed(attemptedAt, now) < 0,',
      },
    ],
    found: /I1|I5/,
    seed: 33,
    worlds: 'late arrivals',
  },
  {
    name: 'I6: of four changes that are asked for at once each is written to the first event',
    patches: [
      {
        file: 'shared/push/run-tasks.ts',
        search: 'return await writer.run(calling.map(({ call }) => call))',
        replace:
          "const first = calling.find(({ call }) => call.kind === 'update')?.call as never as object | undefined\n" +
          '    const { providerId } = (first ?? {}) as Record<string, string>\n' +
          "    const wrong = (call: Calling['call']) => (call.kind === 'update' ? ({ ...call, providerId, etag: undefined } as never) : call)\n" +
          '    return await writer.run(calling.map(({ call }) => wrong(call)))',
      },
    ],
    found: /nobody has asked/,
    seed: 1,
    worlds: 'crowded',
  },
]
