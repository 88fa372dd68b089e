import { relative } from 'node:path'
import type { TestCase, TestModule, TestSuite, Vitest } from 'vitest/node'
import { idsOf } from './fault.ts'

/** A test that counts for a row. */
export interface Proof {
  readonly id: string
  /** `end-to-end/kill.test.ts:12`: where the name is that begins with the id, of the test or of a suite around it. */
  readonly place: string
  readonly name: string
  /** `pending` while it has not run. */
  readonly state: 'pending' | 'passed' | 'failed' | 'skipped'
  readonly ms: number
}

/** The tests of all files that count for a row, found without running them. */
export async function namedProofs(vitest: Vitest): Promise<readonly Proof[]> {
  const modules = await vitest.experimental_parseSpecifications(await vitest.globTestSpecifications())
  return modules.flatMap(proofsOf)
}

export const proofsOf = (module: TestModule): readonly Proof[] =>
  [...module.children.allTests()].flatMap((test) => chainOf(test).flatMap((bearer) => proofsIn(test, bearer)))

const proofsIn = (test: TestCase, bearer: TestCase | TestSuite): readonly Proof[] =>
  idsOf(bearer.name).map((id) => ({
    id,
    place: `${fileOf(test.module)}:${bearer.location?.line ?? 0}`,
    name: bearer.name,
    state: test.result().state,
    ms: test.diagnostic()?.duration ?? 0,
  }))

/** The test, and the suites around it. */
function chainOf(test: TestCase): readonly (TestCase | TestSuite)[] {
  const chain: (TestCase | TestSuite)[] = [test]
  for (let around = test.parent; around.type === 'suite'; around = around.parent) chain.push(around)
  return chain
}

/** Below `test/`. */
export const fileOf = ({ moduleId, project }: Pick<TestModule, 'moduleId' | 'project'>): string =>
  relative(`${project.config.root}/test`, moduleId)
