import { argv, exit, stderr, stdout } from 'node:process'
import { createPorts } from '../shared/app.ts'
import { configOrThrow, readConfig } from '../shared/config.ts'
import { settingsOf } from './ops-settings.ts'
import { troubleOf } from './ops-trouble.ts'
import { runRestoreCommand, USAGE } from './restore.ts'
import { UsageError } from './usage-error.ts'

/** `npm run restore`: with the app's settings in the environment there, without `ENVIRONMENT` on the local system. */
async function main(): Promise<number> {
  const settings = await settingsOf()
  const ports = createPorts(configOrThrow(readConfig(settings)))
  stdout.write(await runRestoreCommand({ ...ports, log: () => undefined }, argv.slice(2)))
  return 0
}

main().then(exit, (error: unknown) => {
  stderr.write(`${troubleOf(error)}\n`)
  if (error instanceof UsageError) stderr.write(USAGE)
  exit(error instanceof UsageError ? 2 : 1)
})
