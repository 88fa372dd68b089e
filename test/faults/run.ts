import { stderr } from 'node:process'
import type { TestModule, TestSpecification, Vitest } from 'vitest/node'
import { fileOf, type Proof, proofsOf } from './proofs.ts'

export interface Run {
  readonly proofs: readonly Proof[]
  /** What failed outside of a test, such as a file that does not load. */
  readonly errors: readonly string[]
}

/** Runs the tests that count for these rows, and no other that is not next to one in name. */
export async function runProofs(vitest: Vitest, named: readonly Proof[], ids: ReadonlySet<string>): Promise<Run> {
  const files = new Set(named.filter(({ id }) => ids.has(id)).map(({ place }) => place.replace(/:\d+$/, '')))
  const specifications = (await vitest.globTestSpecifications()).filter((one) => files.has(fileOf(one)))
  vitest.setGlobalTestNamePattern(new RegExp(`(?:^|[ ,])(?:${[...ids].join('|')})[ ,:]`))
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications)
  return {
    proofs: testModules.flatMap(proofsOf).filter(({ id }) => ids.has(id)),
    errors: [...testModules.flatMap(errorsOf), ...unhandledErrors.map(textOf)],
  }
}

const errorsOf = (module: TestModule): readonly string[] =>
  [module, ...module.children.allSuites()]
    .flatMap((one) => one.errors())
    .map((error) => `${fileOf(module)}: ${error.message}`)

const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))

/** Shows in a terminal how many of the files are done, and tells each failure when it happens. */
export function progressReporter() {
  let [files, done] = [0, 0]
  const draw = () => {
    if (stderr.isTTY)
      stderr.write(`\r${'█'.repeat(Math.round((30 * done) / files)).padEnd(30, '░')} ${done} of ${files} files`)
  }
  return {
    onTestRunStart(specifications: readonly TestSpecification[]) {
      files = specifications.length
      draw()
    },
    onTestModuleEnd() {
      done++
      draw()
    },
    onTestRunEnd() {
      if (stderr.isTTY) stderr.write('\r\x1b[K')
    },
  }
}
