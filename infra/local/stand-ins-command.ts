import { writeFile } from 'node:fs/promises'
import { env, exit, stdout } from 'node:process'
import { startStandIns } from './stand-ins.ts'

/** `npm run stand-ins`: everything but the Functions host, for Azure Functions Core Tools (`func start`). */
async function main(): Promise<void> {
  const standIns = await startStandIns({
    offset: Number(env['LOCAL_PORT_OFFSET'] ?? 0),
    log: () => {},
    ready: (part, address) => stdout.write(`${part.padEnd(15)} ready at ${address}\n`),
  })
  const values = { FUNCTIONS_WORKER_RUNTIME: 'node', AzureWebJobsStorage: 'UseDevelopmentStorage=true' }
  const file = { IsEncrypted: false, Values: { ...values, ...standIns.settings } }
  await writeFile('local.settings.json', `${JSON.stringify(file, null, 2)}\n`)
  stdout.write('local.settings.json is written; `npm run build && func start` runs the functions. Ctrl-C ends.\n')
  const end = () => standIns.close().then(() => exit(0))
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
}

main().catch((error: unknown) => {
  console.error(error)
  exit(1)
})
