import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { Stryker } from '@stryker-mutator/core'

type Result = Awaited<ReturnType<Stryker['runMutationTest']>>[number]

/** One change of the code, and whether a test noticed. Told without line numbers, which every edit above it moves. */
export interface Mutant {
  readonly file: string
  /** The line it is in or begins in. */
  readonly code: string
  readonly original: string
  readonly replacement: string
  readonly line: number
  readonly fate: 'killed' | 'survived' | 'ignored'
}

export interface MutateOptions {
  readonly workers: number
  /** Nothing is taken over from earlier runs. */
  readonly fresh: boolean
  /** Also what acts while a module is loaded, such as tables and patterns: each needs a new thread and every test. */
  readonly statics: boolean
}

/** Mutates files (patterns) and judges with the tests of `folder`. @throws Error when the tests fail without a mutant. */
export async function mutate(folder: string, files: readonly string[], { workers, fresh, statics }: MutateOptions) {
  process.env['MUTATED'] = folder
  const results = await new Stryker({
    testRunner: 'vitest',
    vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
    plugins: [
      '@stryker-mutator/vitest-runner',
      ...['wording', 'told'].map((name) => `${import.meta.dirname}/${name}.mjs`),
    ],
    ignorers: ['wording'],
    mutate: [...files],
    coverageAnalysis: 'perTest',
    concurrency: workers,
    ignoreStatic: !statics,
    disableBail: true,
    // Type checks would tell of few mutants what the tests do not, and take a compiler's run each.
    disableTypeChecks: false,
    // The preprocessor of tsconfig.json needs the JavaScript API of TypeScript, which version 7 has no more.
    tsconfigFile: '.local/none.json',
    tempDirName: '.local/mutation/sandbox',
    ignorePatterns: ['dist', '.local', 'coverage'],
    incremental: true,
    force: fresh,
    incrementalFile: `.local/mutation/${folder.replaceAll('/', '-')}.json`,
    reporters: [process.stderr.isTTY ? 'progress' : 'progress-append-only', 'told'],
    warnings: false,
    timeoutMS: 12_000,
    timeoutFactor: 1.2,
    allowConsoleColors: false,
    logLevel: 'warn' as never,
  }).runMutationTest()
  return Promise.all(results.map(mutantOf))
}

async function mutantOf({ fileName, location, replacement = '', status }: Result): Promise<Mutant> {
  const lines = (await readFile(fileName, 'utf8')).split('\n')
  const { start, end } = location
  const cut = lines.slice(start.line - 1, end.line)
  cut[cut.length - 1] = (cut.at(-1) ?? '').slice(0, end.column - 1)
  cut[0] = (cut[0] ?? '').slice(start.column - 1)
  return {
    file: relative('.', fileName),
    code: (lines[start.line - 1] ?? '').trim(),
    original: onOneLine(cut.join('\n')),
    replacement: onOneLine(replacement),
    line: start.line,
    fate: FATES[status],
  }
}

/** A mutant that never ends is noticed as surely as one that fails; of one that could not be run nobody knows. */
const FATES: Readonly<Record<Result['status'], Mutant['fate']>> = {
  Killed: 'killed',
  Timeout: 'killed',
  RuntimeError: 'ignored',
  CompileError: 'ignored',
  Survived: 'survived',
  NoCoverage: 'survived',
  Pending: 'survived',
  Ignored: 'ignored',
}

const onOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()
