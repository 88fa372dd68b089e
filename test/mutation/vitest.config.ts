import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestProject, type TestSpecification } from 'vitest/node'
import { testsOf } from './folders.ts'
import { createWarmWorker } from './warm-worker.ts'

const TESTS = testsOf(process.env['MUTATED'] ?? '')

/** The runner of Stryker sets the pool to threads; this comes after it. */
const warm = {
  name: 'warm-threads',
  configureVitest({ project }: { project: TestProject }) {
    project.config.pool = 'warm'
    project.config.poolRunner = { name: 'warm', createPoolWorker: createWarmWorker }
  },
}

/** In the order of the list. */
class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const place = ({ moduleId }: TestSpecification) =>
      TESTS.findIndex((pattern) => moduleId.includes(`/${pattern.replace(/\*.*/, '')}`))
    return files.sort((a, b) => place(a) - place(b))
  }
}

/** The tests that judge the mutants of one folder: `MUTATED` names it. */
export default defineConfig({
  plugins: [warm],
  test: {
    include: [...TESTS],
    setupFiles: ['test/mutation/forget-mutant.ts'],
    // Small tests take milliseconds; what still waits after this waits for ever.
    testTimeout: 15_000,
    hookTimeout: 60_000,
    isolate: false,
    sequence: { sequencer: InOrder },
  },
})
