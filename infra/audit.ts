import type { Trail } from '../shared/audit/audit.ts'
import type { Break } from '../shared/audit/check-chain.ts'
import type { ExtractedEntry } from '../shared/audit/extract.ts'
import { parseOptions, UsageError } from './usage-error.ts'

export const USAGE = `npm run audit -- verify                     walks every chain; ends with 1 when one is broken
                      --checkpoint N.DIGEST   also, that this line audit-checkpoint of the log was not undone
               show acc_ID | org_ID           what was done with an account, or an organisation
               show service                   what was done in the service itself
`

interface Outcome {
  readonly text: string
  /** Of the process. */
  readonly code: 0 | 1
}

const OPTIONS = { checkpoint: { type: 'string' } } as const

/** Runs one command of the operator, and opens the trail when it was understood. @throws UsageError. */
export async function runAuditCommand(open: () => Promise<Trail>, args: readonly string[]): Promise<Outcome> {
  const { values, positionals } = parseOptions({ args: [...args], options: OPTIONS, allowPositionals: true })
  const [command, chain = '', ...more] = positionals
  if (more.length > 0) throw new UsageError(`what is ${more.join(' ')}?`)
  if (command === 'verify' && chain === '') return verify(await open(), values.checkpoint)
  if (command === 'show') {
    const entriesIn = readerOf(chain)
    return { text: await show(entriesIn(await open())), code: 0 }
  }
  throw new UsageError('no such command')
}

async function verify(trail: Trail, logged: string | undefined): Promise<Outcome> {
  const { chains, entries, checkpoints, breaks } = await trail.verify(logged)
  const counts = `${chains} chains, ${entries} entries, ${checkpoints} checkpoints: ${breaks.length} broken\n`
  return { text: counts + breaks.map(line).join(''), code: breaks.length === 0 ? 0 : 1 }
}

const line = ({ chain, number, problem }: Break): string => `${chain}  at ${number}: ${problem}\n`

function readerOf(chain: string): (trail: Trail) => AsyncIterable<ExtractedEntry> {
  if (/^acc_[\w-]{22}$/.test(chain)) return (trail) => trail.accountExtract(chain)
  if (/^org_[\w-]{22}$/.test(chain)) return (trail) => trail.organisationExtract(chain)
  if (chain === 'service') return (trail) => trail.serviceExtract()
  throw new UsageError('show what? acc_ID, org_ID or service')
}

async function show(entries: AsyncIterable<ExtractedEntry>): Promise<string> {
  const lines: string[] = []
  for await (const { number, time, by, act, account = '', details } of entries)
    lines.push([time, String(number).padStart(6), act.padEnd(22), by, account, details].join('  ').trimEnd())
  // The service has several chains; within one of them the order is that of the numbers.
  return lines.length === 0 ? 'nothing\n' : `${lines.join('\n')}\n`
}
