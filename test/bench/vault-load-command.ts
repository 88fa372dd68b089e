import { readNumbers, runProof } from '../support/proof-command.ts'
import { VAULT_LIMIT, vaultLoad } from './vault-load.ts'

// npm run vault-load -- --instances 200 --accounts 100000     every instance starts at the same moment
const USAGE = 'npm run vault-load -- [--instances 200] [--accounts 100000]'

const say = (what: string, value: string | number) => console.log(`${what.padEnd(60)}${value}`)

async function main(): Promise<boolean> {
  const order = readNumbers({ instances: 200, accounts: 100_000 })
  const done = await vaultLoad(order)
  say('instances started at once', order.instances)
  say('accounts opened', `${done.opened} in ${done.seconds} s`)
  say('accounts that failed', done.failed)
  say('vault operations', JSON.stringify(done.counts))
  say('requests without a token, answered 401', done.challenged)
  say('instances that asked to unwrap more than once', done.askedTwice)
  say('most vault operations in any 10 s', `${done.peakPer10Seconds} of ${VAULT_LIMIT}`)
  const isWell = done.failed === 0 && done.askedTwice === 0 && done.peakPer10Seconds < VAULT_LIMIT / 2
  console.log(isWell ? 'under half of the limit' : 'FAILED')
  return isWell
}

runProof(USAGE, main)
