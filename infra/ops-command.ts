import { argv, exit, stderr, stdout } from 'node:process'
import { createPorts } from '../shared/app.ts'
import { configOrThrow, readConfig } from '../shared/config.ts'
import { watchOf } from '../shared/service/operations.ts'
import { openService } from './open-service.ts'
import { OPS_USAGE, parseOps, runOps } from './ops.ts'
import { settingsOf } from './ops-settings.ts'
import { troubleOf } from './ops-trouble.ts'
import { UsageError } from './usage-error.ts'

/**
 * `npm run ops`: with `--settings` on the system of that file, with the app's settings in the environment on that one, else
 * on the local system. In Azure it works as whoever `az login` says.
 */
async function main(): Promise<number> {
  const args = parseOps(argv.slice(2))
  const ports = createPorts(configOrThrow(readConfig(await settingsOf(args.settings))))
  const quiet = { ...ports, log: () => undefined }
  const operator = async () => (await openService(quiet)).operator
  return runOps({ watch: watchOf(quiet), operator, clock: ports.clock, write: (text) => stdout.write(text) }, args)
}

main().then(exit, (error: unknown) => {
  stderr.write(`${troubleOf(error)}\n`)
  if (error instanceof UsageError) stderr.write(OPS_USAGE)
  exit(error instanceof UsageError ? 2 : 1)
})
