import { configDefaults, defineConfig } from 'vitest/config'

const WHOLE_SYSTEM = ['test/end-to-end/**/*.test.ts', 'test/browser/**/*.test.ts']
/** Many processes, many pages in many sizes: `npm run test:long`. */
const LONG = ['test/**/*.long.test.ts']
const PREPARES = ['test/support/build-service.ts', 'test/support/unpack-browser.ts']

export default defineConfig({
  test: {
    // Nothing is proven by a test's time, and some machines are slow.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Most of them wait for a process, a socket or a page; three at a time use what one leaves.
    maxWorkers: 3,
    // Nothing of ours keeps state in a module but shared/app.ts, which runs in processes of its own.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...WHOLE_SYSTEM, ...LONG],
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: WHOLE_SYSTEM,
          exclude: [...configDefaults.exclude, ...LONG],
          globalSetup: PREPARES,
        },
      },
      {
        extends: true,
        test: { name: 'long', include: LONG, globalSetup: PREPARES },
      },
    ],
  },
})
