const unit = (name: string): string => `test/unit/${name}/*.test.ts`

/**
 * What is mutated, and the tests that are to notice: small ones and properties, the quickest first, because a run ends
 * with the first file that fails. Those that drive the whole service take a thousand times as long. The adapter of the
 * vault is only met over HTTP, so it has an entry of its own; the longest name counts.
 */
const TESTS: Readonly<Record<string, readonly string[]>> = {
  'shared/events': [unit('events')],
  'shared/integrators': [unit('integrators')],
  'shared/crypto': [unit('crypto')],
  'shared/crypto/vault.ts': ['test/contract/vault-answers.test.ts', 'test/contract/vault.test.ts'],
  'shared/push': [unit('push'), 'test/property/push.test.ts'],
  'shared/pull': [unit('pull'), 'test/property/reconcile.test.ts'],
}

/** Its modules remember what they were asked, which would answer for the next mutant too. */
export const REMEMBERING = 'shared/events'

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
