import { spawnSync } from 'node:child_process'
import { stdout } from 'node:process'
import type { Fault } from './fault.ts'

/** What makes a row's own number happen, where its tests make a small one happen. Each ends with 1 when it does not hold. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  W4: ['burst', '--', '--notifications', '100000', '--mailboxes', '1000'],
  K6: ['vault-load', '--', '--instances', '200', '--accounts', '100000'],
  K1: ['mutations', '--', '--count', '1000000'],
  A4: ['fuzz', '--', '--requests', '100000'],
  O1: ['code-race', '--', '--rounds', '1000'],
}

/** @returns whether every command that belongs to one of these rows has ended well. */
export async function runFull(faults: readonly Fault[]): Promise<boolean> {
  let isWell = true
  for (const { id } of faults) {
    const command = COMMANDS[id]
    if (command === undefined) continue
    stdout.write(`\n${id}: npm run ${command.join(' ')}\n`)
    const { status } = spawnSync('npm', ['run', '--silent', ...command], { stdio: ['ignore', 'inherit', 'inherit'] })
    stdout.write(`${id.padEnd(4)} ${status === 0 ? 'holds' : 'FAILS'}  ${command.join(' ')}\n`)
    isWell &&= status === 0
  }
  return isWell
}
