import { defineConfig } from 'vitest/config'
import type { TestProject } from 'vitest/node'
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

/** The tests that judge the mutants of one folder: `MUTATED` names it. */
export default defineConfig({
  plugins: [warm],
  test: {
    include: [...testsOf(process.env['MUTATED'] ?? '')],
    setupFiles: ['test/mutation/forget-mutant.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    isolate: false,
  },
})
