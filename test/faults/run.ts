import { stderr } from 'node:process'
import type { TestModule, TestSpecification, Vitest } from 'vitest/node'
import { fileOf, type Proof, proofsOf } from './proofs.ts'

export interface Run {
  readonly proofs: readonly Proof[]
  /** Why tests failed, and what failed outside of them, such as a file that does not load. */
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

const errorsOf = (module: TestModule): readonly string[] => {
  const outside = [module, ...module.children.allSuites()].flatMap((one) => one.errors())
  const inside = [...module.children.allTests('failed')].flatMap((test) => test.result().errors ?? [])
  return [...outside, ...inside].map(({ message, diff = '' }) => `${fileOf(module)}: ${message}\n${diff}`.trim())
}

const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))

/** Shows in a terminal how many of the files are done. */
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
