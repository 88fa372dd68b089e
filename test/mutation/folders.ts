/** The tests of a folder, and files of the tests that drive the whole service in this process. */
const unit = (name: string): string => `test/unit/${name}/*.test.ts`
const whole = (...names: readonly string[]): readonly string[] => names.map((name) => `test/end-to-end/${name}.test.ts`)

/**
 * What is mutated, and the tests that are to notice: fast ones in one process, without sockets, browsers and the
 * simulation. The adapter of the vault is only met over HTTP, so it has an entry of its own; the longest name counts.
 */
const TESTS: Readonly<Record<string, readonly string[]>> = {
  'shared/events': [unit('events')],
  'shared/integrators': [unit('integrators')],
  'shared/crypto': [unit('crypto')],
  'shared/crypto/vault.ts': ['test/contract/vault.test.ts'],
  'shared/push': [
    unit('push'),
    'test/property/push.test.ts',
    ...whole('writing', 'writing-conflicts', 'writing-lost-answers', 'writing-many', 'writing-meetings'),
    ...whole('writing-rivals', 'writing-series', 'writing-trouble', 'batch', 'idempotency', 'create-calendar'),
  ],
  'shared/pull': [
    unit('pull'),
    'test/property/reconcile.test.ts',
    ...whole('back-off', 'bad-answers', 'calendars', 'endless-rounds', 'forgetting', 'graph-faults', 'lifecycle'),
    ...whole('many-changes', 'modes', 'reconnect', 'safety-poll', 'schedule', 'standing-of-accounts'),
    ...whole('subscriptions', 'trouble', 'webhook-losses', 'window-roll'),
  ],
}

export const FOLDERS: readonly string[] = Object.keys(TESTS)

/** Patterns of the test files that judge a folder. */
export const testsOf = (folder: string): readonly string[] => TESTS[folder] ?? []

/** Which of `FOLDERS` a file or folder is judged with; undefined when it is not mutated. */
export const folderOf = (path: string): string | undefined =>
  FOLDERS.filter((folder) => path === folder || path.startsWith(`${folder}/`)).sort((a, b) => b.length - a.length)[0]

/** What is mutated of a folder, as patterns: all of it but what has an entry of its own. */
export const sourcesOf = (folder: string): readonly string[] => {
  if (folder.endsWith('.ts')) return [folder]
  const apart = FOLDERS.filter((other) => other.startsWith(`${folder}/`))
  return [`${folder}/**/*.ts`, ...apart.map((file) => `!${file}`)]
}
