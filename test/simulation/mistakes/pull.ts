import type { Mistake } from './mistake.ts'

const SESSION = 'shared/storage/accounts/session.ts'
const PULL = 'shared/pull/pull-calendar.ts'
const FINISH = 'shared/pull/finish-round.ts'
const RECONCILE = 'shared/pull/reconcile.ts'
const CHANGE_SET = 'shared/pull/change-set.ts'

/** Mistakes in what becomes of changes in Outlook. */
export const PULL_MISTAKES: readonly Mistake[] = [
  {
    name: 'G7: the cursor is stored before the rows',
    patches: [
      {
        file: SESSION,
        search: 'for await (const some of packStream(groups(), await calendarWrite(torn))) {',
        replace: 'await commitFenced(last, head)\n      for await (const some of packStream(groups(), [])) {',
      },
      { file: SESSION, search: 'yield* [...series, last]', replace: 'yield* series' },
    ],
    found: /missing|left over|read|told/,
    seed: 16,
  },
  {
    name: 'G7: the first pages of a round are taken for all of it',
    patches: [
      {
        file: 'shared/pull/batch.ts',
        search: 'return { items, nextLink: link,',
        replace: 'return { items, nextLink: undefined,',
      },
    ],
    found: /missing|left over/,
    seed: 2,
  },
  {
    name: 'G2: an event that says what it said before counts as changed',
    patches: [
      {
        file: CHANGE_SET,
        search: 'const isNews = before?.digest !== round.digestOf(event)',
        replace: 'const isNews = true',
      },
    ],
    found: /I4/,
    seed: 1,
    worlds: 'untroubled',
  },
  {
    name: 'I2: the tombstone of an event is passed over',
    patches: [
      {
        file: RECONCILE,
        search: "if (item?.kind === 'event') changes.removeEvent(key)\n  if (item?.kind === 'series')",
        replace: "if (item?.kind === 'series')",
      },
    ],
    found: /left over/,
    seed: 10,
  },
  {
    name: 'G5: the tombstone of a series leaves its occurrences',
    patches: [
      {
        file: RECONCILE,
        search: "if (item?.kind === 'series') changes.removeSeries(key)\n  if (item?.kind === 'occurrence')",
        replace: "if (item?.kind === 'occurrence')",
      },
    ],
    found: /left over/,
    seed: 23,
  },
  {
    name: 'G5: an occurrence that a series no longer has is kept, because it has no tombstone',
    patches: [
      {
        file: FINISH,
        search: 'if (touched.length === 0) return judged',
        replace: 'if (touched.length >= 0) return judged',
      },
    ],
    found: /left over/,
    seed: 107,
  },
  {
    name: 'G7: a series that changes between two pages of a round is taken as it was told',
    patches: [
      {
        file: PULL,
        search:
          'const calendar = isMixed(known, batch.items, round, before.progress?.fresh === true) ? mixed(counted) : counted',
        replace: 'const calendar = counted',
      },
    ],
    found: /left over/,
    seed: 4,
    worlds: 'cancelled between pages',
  },
  {
    name: 'G5: the occurrences of an all-day series are a day early',
    patches: [
      {
        file: RECONCILE,
        search: 'new Date(time.at).toISOString().slice(0, 10)',
        replace: 'new Date(time.at - 1).toISOString().slice(0, 10)',
      },
    ],
    found: /read|missing|left over/,
    seed: 13,
  },
  {
    name: 'G5: a whole day is read as one day less',
    patches: [
      {
        file: 'shared/microsoft/graph/map-event.ts',
        search: "end: { kind: 'date', date: item.end.dateTime.slice(0, 10) }",
        replace:
          "end: { kind: 'date', date: new Date(Date.parse(item.end.dateTime.slice(0, 10)) - 86_400_000).toISOString().slice(0, 10) }",
      },
    ],
    found: /read/,
    seed: 3,
  },
  {
    name: 'G5: an occurrence is remembered in its series and not in the index',
    patches: [
      {
        file: CHANGE_SET,
        search: "items.set(key, { kind: 'occurrence', calendar: round.calendar, series: seriesKey })",
        replace: 'void here',
      },
    ],
    found: /./,
    seed: 13,
  },
  {
    name: 'G3: a cursor that has expired is replaced without reading what there is',
    patches: [
      {
        file: 'shared/pull/round.ts',
        search: '      fresh,\n      view',
        replace: '      fresh: fresh && calendar.round === 0,\n      view',
      },
    ],
    found: /left over/,
    seed: 156,
  },
  {
    name: 'G3: after a cursor that has expired, the calendar counts as empty',
    patches: [
      {
        file: PULL,
        search: "startAgain(current, 'broken', dependencies)",
        replace: "startAgain({ ...current, round: 0, events: 0 }, 'broken', dependencies)",
      },
    ],
    found: /./,
    seed: 156,
  },
  {
    name: 'W7: a calendar whose changes are told is never read without being told',
    patches: [
      {
        file: 'shared/pull/due.ts',
        search: 'return later(pulledAt, pollEvery(calendar, account))\n}',
        replace: 'return isNotified(calendar) ? NEVER : later(pulledAt, pollEvery(calendar, account))\n}',
      },
    ],
    found: /missing|left over|read|told/,
    seed: 21,
  },
  {
    name: 'I2: the window never moves on',
    patches: [
      {
        file: 'shared/pull/due.ts',
        search: 'if (windowMadeAt === undefined) return NEVER',
        replace: 'if (windowMadeAt !== Number.NaN) return NEVER',
      },
    ],
    found: /window/,
    seed: 13,
  },
  {
    name: 'I2: what is deleted while the window moves on is kept',
    patches: [
      {
        file: FINISH,
        search: '(view) => pruneCalendar({ ...view(known), keys: () => keys }, round)',
        replace: '(view) => pruneCalendar({ ...view(known), keys: () => [] }, round)',
      },
    ],
    found: /left over/,
    seed: 156,
  },
  {
    name: 'I2: a long event is kept under its first month only',
    patches: [
      {
        file: 'shared/events/window.ts',
        search: 'return monthsBetween(from, epochMs(to + 1))',
        replace: 'return monthsBetween(from, epochMs(to + 1)).slice(0, 1)',
      },
    ],
    found: /missing/,
    seed: 7,
  },
  {
    name: 'I8: a visit plans the next one for the next minute',
    patches: [
      {
        file: 'shared/accounts/plan-visit.ts',
        search: 'const next = nextVisitAfter(session, now, wake)',
        replace: 'const next = Math.min(nextVisitAfter(session, now, wake), now + 60_000) as EpochMs',
      },
    ],
    found: /I8/,
    seed: 3,
    worlds: 'readers',
  },
]
