import { isFailure } from '../core/errors.ts'

/**
 * Whether a row may have lost its key to an erasure: the account has none, or only one that a sign-in has made since. The
 * ledger of erasures tells; where it knows of none the failure is what it says.
 */
export const isKeyGone = (error: unknown): boolean => isFailure(error, 'KEY_MISSING', 'ROW_CORRUPT')
