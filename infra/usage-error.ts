import { type ParseArgsConfig, parseArgs } from 'node:util'

/** What was typed makes no sense; the usage helps. */
export class UsageError extends Error {}

/** `parseArgs` of Node. @throws UsageError for what it does not know. */
export function parseOptions<Config extends ParseArgsConfig>(config: Config) {
  try {
    return parseArgs(config)
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}
