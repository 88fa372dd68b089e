import { argv, exit, stderr, stdout } from 'node:process'
import { createPorts } from '../shared/app.ts'
import { configOrThrow, readConfig } from '../shared/config.ts'
import { systemRandom } from '../shared/core/random.ts'
import type { FirstKeys } from '../shared/crypto/key-record.ts'
import { runIntegratorCommand, USAGE } from './integrator.ts'
import { openService } from './open-service.ts'
import { settingsOf } from './ops-settings.ts'
import { troubleOf } from './ops-trouble.ts'
import { UsageError } from './usage-error.ts'

/**
 * `npm run integrator`. With the app's settings in the environment it works there, as whoever `az login` or the managed
 * identity says; without `ENVIRONMENT` it works on the local system that `npm start` runs.
 */
async function main(): Promise<number> {
  const settings = await settingsOf()
  const integrators = async (firstKeys: FirstKeys) =>
    (await openService(createPorts(configOrThrow(readConfig(settings))), firstKeys)).oauth.integrators
  stdout.write(await runIntegratorCommand(integrators, systemRandom, argv.slice(2)))
  return 0
}

main().then(exit, (error: unknown) => {
  stderr.write(`${troubleOf(error)}\n`)
  if (error instanceof UsageError) stderr.write(USAGE)
  exit(error instanceof UsageError ? 2 : 1)
})
