import { argv, exit, stderr, stdout } from 'node:process'
import { createPorts } from '../shared/app.ts'
import { configOrThrow, readConfig } from '../shared/config.ts'
import { KEYS_USAGE, runKeysCommand } from './keys.ts'
import { openService } from './open-service.ts'
import { settingsOf } from './ops-settings.ts'
import { troubleOf } from './ops-trouble.ts'

/** `npm run keys`: with the app's settings in the environment it works there, without `ENVIRONMENT` on the local system. */
async function main(): Promise<number> {
  const settings = await settingsOf()
  const keys = async () => (await openService(createPorts(configOrThrow(readConfig(settings))))).keys
  const told = await runKeysCommand(keys, argv.slice(2))
  ;(told === undefined ? stderr : stdout).write(told ?? KEYS_USAGE)
  return told === undefined ? 2 : 0
}

main().then(exit, (error: unknown) => {
  stderr.write(`${troubleOf(error)}\n`)
  exit(1)
})
