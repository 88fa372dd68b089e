import { isFailure } from '../core/errors.ts'

/**
 * Runs `work`, and once more when Microsoft refuses the token it was done with before its time.
 * @param work opens the mailbox with a fresh token when it is told that the one of the cache is of no use.
 * @param isRunningOut the token of the cache is known to be of no use for long.
 */
export async function withFreshToken<Result>(
  work: (refused: boolean) => Promise<Result>,
  isRunningOut = false,
): Promise<Result> {
  try {
    return await work(isRunningOut)
  } catch (error) {
    if (!isFailure(error, 'MICROSOFT_TOKEN_EXPIRED')) throw error
    return work(true)
  }
}
