import { env, exit, stdout } from 'node:process'
import { parseArgs } from 'node:util'
import { createDeadLetters, type DeadLetter } from '../shared/messaging/dead-letters.ts'
import { replayDeadLetters } from './dead-letters.ts'

function line({ queue, sequenceNumber, reason, deliveries, wakeUp }: DeadLetter): string {
  const { calendar = '', channel = '' } = { ...wakeUp } as { calendar?: string; channel?: string }
  const what = wakeUp === undefined ? 'not a wake-up' : `${wakeUp.reason} ${wakeUp.account} ${calendar}${channel}`
  return `${queue} ${sequenceNumber.padStart(8)}  ${reason}  after ${deliveries}  ${what.trimEnd()}\n`
}

/** `npm run dead-letters -- list` or `replay`; the setting `ServiceBus` says where. */
async function main(): Promise<number> {
  const { positionals } = parseArgs({ allowPositionals: true })
  const [command] = positionals
  const { ServiceBus: connection } = env
  if (connection === undefined || (command !== 'list' && command !== 'replay')) {
    stdout.write('ServiceBus=<connection string> npm run dead-letters -- list | replay\n')
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
