import type { Mistake } from './mistake.ts'

/** Mistakes in what happens beside edits: leaving, channels, renewed keys, two releases side by side. */
export const EPISODE_MISTAKES: readonly Mistake[] = [
  {
    name: 'K7: an erasure leaves the grants',
    patches: [{ file: 'shared/accounts/erasure.ts', search: '  await grants.forget(account)\n}', replace: '}' }],
    found: /K7|served/,
    seed: 4,
  },
  {
    name: 'K7: an erasure leaves plans of visits',
    patches: [
      { file: 'shared/accounts/erase-account.ts', search: '  await schedule.forgetAll(account)\n', replace: '' },
    ],
    found: /K7/,
    seed: 4,
  },
  {
    name: 'K5: the key record stays with the old version of the vault key',
    patches: [
      {
        file: 'shared/crypto/rewrap.ts',
        search: 'const isDone = await record.rewrap(current, before)',
        replace: 'const isDone = false as boolean',
      },
    ],
    found: /./,
    seed: 2,
  },
  {
    name: 'X3: notifications that say something else have one id',
    patches: [
      {
        file: 'shared/channels/sign.ts',
        search: 'JSON.stringify([id, createdAt, body, told])',
        replace: 'JSON.stringify([id, createdAt])',
      },
    ],
    found: /./,
    seed: 2,
  },
  {
    name: 'D1: a message with a field of the next release is refused',
    patches: [
      {
        file: 'shared/messaging/wake-up.ts',
        search: '  trace: Trace,\n})',
        replace: '  trace: Trace,\n}).strict()',
      },
    ],
    found: /./,
    seed: 1,
  },
]
