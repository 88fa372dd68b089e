import type { InvocationContext } from '@azure/functions'
import type { FailureCode } from '../core/errors.ts'

/** Why requests were not answered as they asked, for whoever counts answers. */
const failures = new WeakMap<InvocationContext, FailureCode>()

export const noteFailure = (context: InvocationContext, code: FailureCode): void => void failures.set(context, code)

export const failureOf = (context: InvocationContext): FailureCode | undefined => failures.get(context)
