import { argv, exit, stderr, stdout } from 'node:process'
import { createPorts } from '../shared/app.ts'
import { configOrThrow, readConfig } from '../shared/config.ts'
import { runAuditCommand, USAGE } from './audit.ts'
import { openService } from './open-service.ts'
import { settingsOf } from './ops-settings.ts'
import { troubleOf } from './ops-trouble.ts'
import { UsageError } from './usage-error.ts'

/**
 * `npm run audit`. With the app's settings in the environment it works there, as whoever `az login` or the managed identity
 * says; without `ENVIRONMENT` it works on the local system that `npm start` runs. It writes no row.
 */
async function main(): Promise<number> {
  const settings = await settingsOf()
  const trail = async () => (await openService(createPorts(configOrThrow(readConfig(settings))))).audit
  const { text, code } = await runAuditCommand(trail, argv.slice(2))
  stdout.write(text)
  return code
}

main().then(exit, (error: unknown) => {
  stderr.write(`${troubleOf(error)}\n`)
  if (error instanceof UsageError) stderr.write(USAGE)
  exit(error instanceof UsageError ? 2 : 1)
})
