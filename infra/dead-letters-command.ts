import { env, exit, stdout } from 'node:process'
import { parseArgs } from 'node:util'
import { createCredential } from '../shared/identity/credential.ts'
import type { QueueConnection } from '../shared/messaging/connection.ts'
import { createDeadLetters, type DeadLetter } from '../shared/messaging/dead-letters.ts'
import { replayDeadLetters } from './dead-letters.ts'

function line({ queue, sequenceNumber, reason, deliveries, wakeUp }: DeadLetter): string {
  const { calendar = '', channel = '' } = { ...wakeUp } as { calendar?: string; channel?: string }
  const what = wakeUp === undefined ? 'not a wake-up' : `${wakeUp.reason} ${wakeUp.account} ${calendar}${channel}`
  return `${queue} ${sequenceNumber.padStart(8)}  ${reason}  after ${deliveries}  ${what.trimEnd()}\n`
}

/** Where the settings of this process say. An operator is whoever `az login` has signed in. */
function queues(): QueueConnection | undefined {
  const { ServiceBus: connectionString, ServiceBus__fullyQualifiedNamespace: namespace } = env
  const credential = createCredential({
    isManaged: env['IDENTITY_ENDPOINT'] !== undefined,
    clientId: env['AZURE_CLIENT_ID'],
  })
  if (namespace !== undefined) return { namespace, credential }
  return connectionString === undefined ? undefined : { connectionString }
}

/** `npm run dead-letters -- list` or `replay`; the setting `ServiceBus`, or the name of the namespace, says where. */
async function main(): Promise<number> {
  const { positionals } = parseArgs({ allowPositionals: true })
  const [command] = positionals
  const connection = queues()
  if (connection === undefined || (command !== 'list' && command !== 'replay')) {
    stdout.write('ServiceBus__fullyQualifiedNamespace=<name> npm run dead-letters -- list | replay\n')
    return 2
  }
  if (command === 'replay') {
    const { replayed, left } = await replayDeadLetters(connection)
    stdout.write(`${replayed} sent again, ${left} left because they are no wake-ups\n`)
    return 0
  }
  const found = await createDeadLetters(connection).list()
  for (const letter of found) stdout.write(line(letter))
  stdout.write(`${found.length} dead letters\n`)
  return 0
}

main().then(exit, (error: unknown) => {
  stdout.write(`${error instanceof Error ? error.message : String(error)}\n`)
  exit(1)
})
