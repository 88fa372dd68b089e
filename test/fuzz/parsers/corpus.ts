/** Inputs that broke a parser once, and how. */
interface Failure {
  readonly target: string
  readonly because: string
  readonly input: string
}

export const ONCE_FAILED: readonly Failure[] = []
