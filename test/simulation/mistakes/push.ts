import type { Mistake } from './mistake.ts'

/** Mistakes in what becomes of integrators' requests. */
export const PUSH_MISTAKES: readonly Mistake[] = [
  {
    name: 'G1: a conflict is answered by writing over it',
    patches: [
      {
        file: 'shared/push/after-answer.ts',
        search: '      return nextStep(unknown(task))',
        replace: "      return { kind: 'call', task, call: { ...call, etag: undefined } as never }",
      },
    ],
    found: /I1/,
    seed: 4,
    worlds: 'unheard',
  },
  {
    name: 'G1: a conflict ends the action',
    patches: [
      {
        file: 'shared/push/after-answer.ts',
        search: '      return nextStep(unknown(task))',
        replace: "      return rejected(task, 'refused_by_microsoft')",
      },
    ],
    found: /./,
    seed: 29,
  },
  {
    name: 'G1: what an integrator only repeats counts as its wish',
    patches: [
      {
        file: 'shared/push/wishes.ts',
        search: '!isKnown(name, before, upsert, agreement, settledBefore)',
        replace: '!(isKnown(name, before, upsert, agreement, settledBefore) && false)',
      },
    ],
    found: /I1|I4/,
    seed: 25,
  },
  {
    name: 'I1: an update writes all that the integrator has ever asked for',
    patches: [
      {
        file: 'shared/push/plan.ts',
        search: 'merge(changed, base.snapshot, current, base.agreement.sent)',
        replace: 'merge(joinWanted(base.agreement.sent, changed), base.snapshot, current, base.agreement.sent)',
      },
    ],
    found: /I1|I4/,
    seed: 25,
  },
  {
    name: 'G1: what a wish replaces is not recorded',
    patches: [
      {
        file: 'shared/push/merge.ts',
        search: 'return [{ field: name, value: text(now) }]',
        replace: 'return text(now) === undefined ? [{ field: name, value: text(now) }] : []',
      },
    ],
    found: /not on record/,
    seed: 3,
    worlds: 'unheard',
  },
  {
    name: 'I5: a creation is remembered after the call only',
    patches: [
      {
        file: 'shared/push/run-tasks.ts',
        search: 'return isLate ? [] : creationsIn(fours[at] ?? [])',
        replace: 'return isLate ? creationsIn(fours[at] ?? []) : []',
      },
      {
        file: 'shared/push/run-tasks.ts',
        search: "(round > 0 && call.kind === 'create' ? task : []))",
        replace: "(round < 0 && call.kind === 'create' ? task : []))",
      },
    ],
    found: /I[1-5]/,
    seed: 7,
  },
  {
    name: 'G6: a creation without an answer is tried under another name',
    patches: [
      {
        file: 'shared/push/plan.ts',
        search: 'triedWith(existed ? nextGeneration(agreement) : agreement, wanted)',
        replace:
          'triedWith(existed || agreement.attemptedAt !== undefined ? nextGeneration(agreement) : agreement, wanted)',
      },
    ],
    found: /I3/,
    seed: 5,
  },
  {
    name: 'I5: a request without an answer counts as done',
    patches: [
      {
        file: 'shared/push/run-tasks.ts',
        search: "if (isFailure(error, 'MICROSOFT_UNREACHABLE')) return undefined",
        replace: "if (isFailure(error, 'MICROSOFT_UNREACHABLE')) return calling.map(() => ({ kind: 'done' as const }))",
      },
    ],
    found: /I[1-5]/,
    seed: 75,
  },
  {
    name: 'I4: the cache learns nothing from what is written',
    patches: [
      {
        file: 'shared/push/settle.ts',
        search: 'learned: lessons, dirty:',
        replace: 'learned: lessons.slice(lessons.length), dirty:',
      },
    ],
    found: /I4|missing|left over/,
    seed: 1,
    worlds: 'untroubled',
  },
  {
    name: "I4: an integrator's own changes are told to it as news",
    patches: [
      {
        file: 'shared/push/learn.ts',
        search: '? [[keyOf(idOf(result.learned)), task.agreement.integrator] as const]',
        replace: '? []',
      },
    ],
    found: /I4/,
    seed: 1,
    worlds: 'untroubled',
  },
  {
    name: 'Q3: the actions that wait are taken from the last to the first',
    patches: [
      {
        file: 'shared/push/collapse.ts',
        search: 'for (const action of pending) {',
        replace: 'for (const action of [...pending].reverse()) {',
      },
    ],
    found: /I1|I5/,
    seed: 16,
  },
  {
    name: 'I1: an action that a later one has taken the place of is applied after it',
    patches: [
      {
        file: 'shared/push/collapse.ts',
        search: '[...runs.slice(0, -1), [...run, action]]',
        replace: '[...runs.slice(0, -1), [action]]',
      },
    ],
    found: /I1|I4|I5/,
    seed: 7,
  },
  {
    name: 'G1: a deletion does not give way to an edit',
    patches: [
      {
        file: 'shared/push/plan.ts',
        search: "if (!isKnown) return rejected('changed_meanwhile')",
        replace: "if (!isKnown && place.deleted) return rejected('changed_meanwhile')",
      },
    ],
    found: /I1/,
    seed: 1,
    worlds: 'deletions',
  },
  {
    name: 'G1: who only repeats a request brings back what was deleted in Outlook',
    patches: [
      {
        file: 'shared/push/plan.ts',
        search: 'if (existed && isEmpty(wishes.changed)) return UNCHANGED',
        replace: 'if (existed && isEmpty(wishes.changed) && place.deleted) return UNCHANGED',
      },
    ],
    found: /I1/,
    seed: 1,
    worlds: 'deleted in Outlook',
  },
  {
    name: 'I1: an update clears the place that it does not name',
    patches: [
      {
        file: 'shared/microsoft/graph/write-event.ts',
        search: '...(patch.location !== undefined && { location: writeLocation(patch.location) }),',
        replace: 'location: writeLocation(patch.location ?? null),',
      },
    ],
    found: /I1: an edit made in Outlook was replaced/,
    seed: 1,
    worlds: 'together',
  },
  {
    name: 'I5: a change of an event that somebody has deleted is rejected',
    patches: [
      {
        file: 'shared/push/plan.ts',
        search: "if (wanted.times === undefined) return rejected('event_gone')",
        replace: "if (existed || wanted.times === undefined) return rejected('event_gone')",
      },
    ],
    found: /nothing is event_gone/,
    seed: 1,
    worlds: 'together',
  },
  {
    name: 'I5: every deletion is rejected',
    patches: [
      {
        file: 'shared/push/plan.ts',
        search: "if (!isKnown) return rejected('changed_meanwhile')",
        replace: "if (place.writable) return rejected('changed_meanwhile')",
      },
    ],
    found: /nothing is changed_meanwhile/,
    seed: 16,
  },
  {
    name: 'I5: an event that is still to be created is taken for deleted',
    patches: [
      {
        file: 'shared/push/accept.ts',
        search: 'if (!isThere(found) && !hasPending && !intakeOf(who).hasEarlier) return undefined',
        replace: 'if (!isThere(found)) return undefined',
      },
    ],
    found: /I5: a deleted event is still there/,
    seed: 20,
  },
  {
    name: 'I3: what a colleague shares is made again when it is not known under its name alone',
    patches: [
      {
        file: 'shared/push/after-answer.ts',
        search: "if (!inCalendar && place.providerId !== '')",
        replace: 'if (false)',
      },
      {
        file: 'shared/push/after-answer.ts',
        search: "if (sought && task.current && work.last.kind !== 'delete')",
        replace: 'if (false)',
      },
    ],
    found: /I3/,
    seed: 2,
    worlds: 'shared',
  },
  {
    name: 'I2: a deletion is done when what a colleague shares is not known under its name alone',
    patches: [
      {
        file: 'shared/push/after-answer.ts',
        search: "if (!inCalendar && place.providerId !== '')",
        replace: "if (!inCalendar && work.last.kind !== 'delete')",
      },
    ],
    found: /I2/,
    seed: 1,
    worlds: 'shared',
  },
  {
    name: 'I5: what was deleted is changed in Deleted Items, where its name still answers',
    patches: [
      {
        file: 'shared/push/task.ts',
        search: "providerId === undefined || (eventId !== undefined && place.providerId !== '')",
        replace: 'providerId === undefined',
      },
      { file: 'shared/push/task.ts', search: 'if (current !== null && !task.isListed &&', replace: 'if (false &&' },
    ],
    found: /I5/,
    seed: 1,
    worlds: 'deleted and edited',
  },
  {
    name: 'I5: what somebody else made and deleted is changed in Deleted Items',
    patches: [
      { file: 'shared/push/task.ts', search: 'if (current !== null && !task.isListed &&', replace: 'if (false &&' },
    ],
    found: /I5/,
    seed: 78,
    worlds: 'deleted and edited',
  },
  {
    name: 'I5: an accepted change is given up when it has failed once',
    patches: [{ file: 'shared/push/settle.ts', search: 'const MOST_TRIES = 80', replace: 'const MOST_TRIES = 1' }],
    found: /I5.*microsoft_failing/,
    seed: 13,
    worlds: 'refusing',
  },
  {
    name: 'I1: each change of an event says that its time is free, which nobody has asked for',
    patches: [
      {
        file: 'shared/microsoft/graph/write-event.ts',
        search: '    ...(patch.transparency && { showAs: SHOW_AS[patch.transparency] }),',
        replace: "    showAs: SHOW_AS[patch.transparency ?? 'transparent'],",
      },
    ],
    found: /I1.*showAs/,
    seed: 1,
    worlds: 'together',
  },
  {
    name: 'I1: a series that is moved forgets how often it repeats',
    patches: [
      {
        file: 'shared/push/merge.ts',
        search: 'const rule = recurrence ?? current.recurrence',
        replace: 'const rule = recurrence ?? (current.recurrence && { ...current.recurrence, count: undefined })',
      },
    ],
    found: /I1.*recurrence/,
    seed: 47993,
  },
  {
    name: 'I5: a deletion gives way to a change of its own integrator whose answer was lost',
    patches: [
      {
        file: 'shared/push/plan.ts',
        search: 'saysNoMore(snapshot, asked, current)',
        replace: 'saysTheSame(snapshot, current)',
      },
    ],
    found: /I5.*changed_meanwhile/,
    seed: 55350,
  },
]
