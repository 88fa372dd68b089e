/** An error with its causes, for the report of a violation. */
export const describe = (error: unknown): string =>
  error instanceof Error
    ? `${'code' in error ? error.code : error.name} ${error.message}${error.cause ? ` <- ${describe(error.cause)}` : ''} ${error.cause ? '' : (error.stack ?? '').split('\n').slice(1, 6).join(' ')}`
    : String(error)
