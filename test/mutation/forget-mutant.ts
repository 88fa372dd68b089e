import { inject } from 'vitest'

// The thread has been through other mutants: while the next test file is loaded, none of them is to act.
const stryker = (globalThis as { __stryker__?: { activeMutant?: string | undefined } }).__stryker__
if (stryker !== undefined && inject('mutantActivation' as never) !== 'static') stryker.activeMutant = undefined
