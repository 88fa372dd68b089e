import fc from 'fast-check'
import { afterEach, beforeEach, inject } from 'vitest'

interface Mutated {
  __stryker__?: { activeMutant?: string | undefined }
  noticed?: string | undefined
}

const thread = globalThis as Mutated
const mutant = inject('activeMutant' as never) as string | undefined

const isNoticed = (): boolean => mutant !== undefined && thread.noticed === mutant

// One failure is enough: the files after it need not even be loaded. Vitest's own way to end a run (bail) is not done
// when the run is, and may end the next one before it has begun: that mutant would seem to survive.
if (isNoticed()) throw new Error('the mutant was noticed')
beforeEach(({ skip }) => skip(isNoticed()))
afterEach(({ task }) => {
  if (task.result?.state === 'fail') thread.noticed = mutant
})

// A property judges every mutant with the same cases, and need not tell the smallest that fails.
fc.configureGlobal({ seed: 1, endOnFailure: true })

// The thread has been through other mutants: while the next test file is loaded, none of them is to act.
if (thread.__stryker__ !== undefined && inject('mutantActivation' as never) !== 'static')
  thread.__stryker__.activeMutant = undefined
