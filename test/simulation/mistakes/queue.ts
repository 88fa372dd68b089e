import type { Mistake } from './mistake.ts'

/** Mistakes in who works when: sessions, wake-ups, the schedule, and being asked for patience. */
export const QUEUE_MISTAKES: readonly Mistake[] = [
  {
    name: 'Q2: a commit is not fenced by the head row',
    patches: [
      {
        file: 'shared/storage/accounts/session.ts',
        search: "const fence: Write = { kind: 'replace', rowKey: headKey, properties, etag: state.headEtag }",
        replace: "const fence: Write = { kind: 'upsert', rowKey: headKey, properties }",
      },
    ],
    found: /./,
    seed: 2,
  },
  {
    name: 'S1: two requests that come at once get the same number',
    patches: [
      {
        file: 'shared/storage/accounts/action-log.ts',
        search: 'insertOrReplace(actionCounterKey, properties, counter?.etag)',
        replace: "{ kind: counter ? 'upsert' : 'insert', rowKey: actionCounterKey, properties } as Write",
      },
      {
        file: 'shared/storage/accounts/action-log.ts',
        search: "const insert: Write = { kind: 'insert',",
        replace: "const insert: Write = { kind: 'upsert',",
      },
    ],
    found: /I[25]/,
    seed: 22,
  },
  {
    name: 'S2: a request whose storing has no answer counts as accepted',
    patches: [
      {
        file: 'shared/storage/accounts/action-log.ts',
        search: 'if (race === MOST_RACES ||',
        replace:
          "if (isFailure(error, 'OUTCOME_UNKNOWN')) return some.forEach(({ resolve }, at) => resolve(actions[at] as Action))\n      if (race === MOST_RACES ||",
      },
    ],
    found: /I[25]/,
    seed: 20,
  },
  {
    name: 'T2: who is due is noted as woken and not woken',
    patches: [
      { file: 'shared/messaging/wake-due.ts', search: 'await waker.wake(wakeUps,', replace: 'await waker.wake([],' },
    ],
    found: /./,
    seed: 3,
  },
  {
    name: 'G4: Retry-After is not obeyed',
    patches: [
      {
        file: 'shared/accounts/back-off.ts',
        search: 'const isNamed = asked !== undefined && (asked > 0 || failures === 1)',
        replace: 'const isNamed = asked !== undefined && asked < 0',
      },
    ],
    found: /G4/,
    seed: 32,
    worlds: 'refusing',
  },
  {
    name: 'G4: a wait that a 503 names is not obeyed',
    patches: [
      {
        file: 'shared/microsoft/graph/event-answers.ts',
        search: '(status === 503 && retryAfterMs > 0)',
        replace: '(status === 503 && retryAfterMs < 0)',
      },
    ],
    found: /G4/,
    seed: 986,
    worlds: 'refusing',
  },
]
