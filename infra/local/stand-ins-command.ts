import { writeFile } from 'node:fs/promises'
import { exit, stdout } from 'node:process'
import { portOf, portOffset } from './addresses.ts'
import { startSurroundings } from './system.ts'

/** `npm run stand-ins`: everything but the Functions host, for Azure Functions Core Tools (`func start`). */
async function main(): Promise<void> {
  const offset = portOffset()
  const { settings, close } = await startSurroundings({
    offset,
    log: () => {},
    ready: (part, address) => stdout.write(`${part.padEnd(15)} ready at ${address}\n`),
  })
  const values = { FUNCTIONS_WORKER_RUNTIME: 'node', AzureWebJobsStorage: 'UseDevelopmentStorage=true' }
  const file = { IsEncrypted: false, Values: { ...values, ...settings } }
  await writeFile('local.settings.json', `${JSON.stringify(file, null, 2)}\n`)
  const port = portOf('functions', offset)
  stdout.write(`local.settings.json is written: npm run build && func start --port ${port}. Ctrl-C ends the rest.\n`)
  const end = () => close().then(() => exit(0))
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  exit(1)
})
