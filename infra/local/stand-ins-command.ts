import { writeFile } from 'node:fs/promises'
import { exit, stdout } from 'node:process'
import { portOf, portOffset } from './addresses.ts'
import { AZURITE_ACCOUNT, AZURITE_KEY, startAzurite } from './azurite.ts'
import { startSurroundings } from './system.ts'

/** Where the real host keeps its timers' locks; ours keeps none. */
const hostStorage = (blobs: string) =>
  `DefaultEndpointsProtocol=http;AccountName=${AZURITE_ACCOUNT};AccountKey=${AZURITE_KEY};BlobEndpoint=${blobs};`

/** `npm run stand-ins`: everything but the Functions host, for Azure Functions Core Tools (`func start`). */
async function main(): Promise<void> {
  const offset = portOffset()
  const { settings, close } = await startSurroundings({
    offset,
    log: () => {},
    ready: (part, address) => stdout.write(`${part.padEnd(15)} ready at ${address}\n`),
  })
  const blobs = await startAzurite({ service: 'blob', port: portOf('blobs', offset) })
  stdout.write(`${'Blob storage'.padEnd(15)} ready at ${blobs.url}\n`)
  const values = { FUNCTIONS_WORKER_RUNTIME: 'node', AzureWebJobsStorage: hostStorage(blobs.url) }
  const file = { IsEncrypted: false, Values: { ...values, ...settings } }
  await writeFile('local.settings.json', `${JSON.stringify(file, null, 2)}\n`)
  const port = portOf('functions', offset)
  stdout.write(`local.settings.json is written: npm run build && func start --port ${port}. Ctrl-C ends the rest.\n`)
  const end = () => Promise.all([close(), blobs.close()]).then(() => exit(0))
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  exit(1)
})
