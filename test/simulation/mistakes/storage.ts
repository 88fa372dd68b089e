import type { Mistake } from './mistake.ts'

/** Mistakes in what is kept: absent rows, deleted calendars, names that collide. */
export const STORAGE_MISTAKES: readonly Mistake[] = [
  {
    name: 'S3: an agreement that cannot be read counts as absent',
    patches: [
      {
        file: 'shared/storage/accounts/agreements.ts',
        search: 'add(key, await table.get(account, agreementKey(key)))',
        replace: 'add(key, await table.get(account, agreementKey(key)).catch(() => undefined))',
      },
    ],
    found: /./,
    seed: 3,
    worlds: 'failing tables',
  },
  {
    name: 'G8: a round that misses everything is believed at once',
    patches: [{ file: 'shared/pull/guard.ts', search: 'gone > 0 && (', replace: 'gone < 0 && (' }],
    found: /missing/,
    seed: 4,
    worlds: 'empty rounds',
  },
  {
    name: 'G8: what is learned while a round is doubted counts as told by the one that confirms it',
    patches: [
      {
        file: 'shared/pull/round.ts',
        search: "progress?.link === '' ? round - 1 : round",
        replace: "progress?.link === '' ? round : round",
      },
    ],
    found: /left over/,
    seed: 1,
    worlds: 'deleted while in doubt',
  },
]
