import { type OpsPorts, parseOps, runOps } from '../../infra/ops.ts'
import { watchOf } from '../../shared/service/operations.ts'
import { startReading } from './reading.ts'
import { type ServiceFixture, startService } from './service.ts'

/** A service with an account that is read, and what an operator does with it. */
export async function startOperated() {
  const fixture = await startService()
  const reading = await startReading(fixture, { singles: 8, series: 1 })
  const account = accountIn(fixture)
  return { fixture, reading, account, ops: (...args: string[]) => ops(fixture, args) }
}

/** The only account there is. */
export const accountIn = ({ tables }: ServiceFixture): string =>
  tables.rows('accounts').find(({ partitionKey }) => partitionKey.startsWith('acc_'))?.partitionKey ?? ''

/** What the command prints, and the code it ends with. */
export async function ops(
  { service, ports, clock }: Pick<ServiceFixture, 'service' | 'ports' | 'clock'>,
  args: readonly string[],
) {
  const told: string[] = []
  // Whoever waits lets time pass.
  const passing = {
    now: clock.now,
    sleep: (duration: Parameters<OpsPorts['clock']['sleep']>[0]) => clock.advance(duration),
  }
  const operator = async () => service.operator
  const code = await runOps(
    { watch: watchOf(ports), operator, clock: passing, write: (text) => told.push(text) },
    parseOps(args),
  )
  return { text: told.join(''), code }
}
