import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestProject, type TestSpecification } from 'vitest/node'
import { testsOf } from './folders.ts'
import { createWarmWorker } from './warm-worker.ts'

/** The runner of Stryker sets the pool to threads; this comes after it. */
const warm = {
  name: 'warm-threads',
  configureVitest({ project }: { project: TestProject }) {
    project.config.pool = 'warm'
    project.config.poolRunner = { name: 'warm', createPoolWorker: createWarmWorker }
  },
}

/** Small tests first: a run ends with the first failure, and those that drive the whole service take a thousand times as long. */
class SmallFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const isWhole = ({ moduleId }: TestSpecification) => Number(moduleId.includes('/end-to-end/'))
    return files.sort((a, b) => isWhole(a) - isWhole(b))
  }
}

/** The tests that judge the mutants of one folder: `MUTATED` names it. */
export default defineConfig({
  plugins: [warm],
  test: {
    include: [...testsOf(process.env['MUTATED'] ?? '')],
    setupFiles: ['test/mutation/forget-mutant.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    isolate: false,
    sequence: { sequencer: SmallFirst },
  },
})
