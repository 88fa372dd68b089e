import { argv, exit, stdout } from 'node:process'
import { EXPECTATIONS, type Expectation } from './expectations.ts'
import { feedEvent, feedGraphError, feedPage, feedRange, feedSubscription } from './feed-graph.ts'
import { feedNotifications, feedValidation } from './feed-notifications.ts'
import { feedRedirects, feedTokenAnswer } from './feed-sign-in.ts'
import { feedBatch, feedWriter } from './feed-writer.ts'
import { CRASH, type Outcomes } from './outcome.ts'
import { classOf, type Payload, type PayloadClass, readPayloads } from './payload-file.ts'

const FEEDERS: Record<PayloadClass, (payload: Payload, complete: object | undefined) => Promise<Outcomes>> = {
  event: feedEvent,
  page: feedPage,
  batch: feedBatch,
  'recurrence-range': feedRange,
  'graph-error': async (payload) => ({ ...(await feedGraphError(payload)), ...(await feedWriter(payload)) }),
  subscription: feedSubscription,
  notification: feedNotifications,
  validation: feedValidation,
  token: feedTokenAnswer,
  redirect: feedRedirects,
  unused: async () => ({}),
}

interface Verdict {
  readonly good: boolean
  readonly line: string
}

/** `npm run payloads -- <folder>`: what the product does with recorded payloads of Microsoft. Fails on a surprise. */
async function main(folder: string | undefined): Promise<void> {
  if (folder === undefined) throw new Error('name the folder of the payloads')
  const payloads = await readPayloads(folder)
  let bad = 0
  for (const payload of payloads) {
    const expectation = EXPECTATIONS[payload.name]
    const type = classOf(payload)
    const { good, line } = judge(await FEEDERS[type](payload, expectation?.complete), expectation)
    if (!good) bad += 1
    stdout.write(`${good ? 'ok      ' : 'MISMATCH'}  ${payload.name} [${type}]  ${line}\n`)
  }
  stdout.write(`\n${payloads.length} payloads, ${bad} with a mismatch\n`)
  exit(bad === 0 && payloads.length > 0 ? 0 : 1)
}

function judge(outcomes: Outcomes, expectation: Expectation | undefined): Verdict {
  const crashed = Object.entries(outcomes).filter(([, outcome]) => outcome.startsWith(CRASH))
  const wrong = Object.entries(expectation?.outcomes ?? {}).filter(([way, expected]) => outcomes[way] !== expected)
  if (crashed.length > 0) return { good: false, line: crashed.map(([way, text]) => `${way}: ${text}`).join('\n') }
  if (wrong.length > 0) {
    const texts = wrong.map(([way, expected]) => `${way}: ${outcomes[way] ?? 'not fed'}, expected ${expected}`)
    return { good: false, line: texts.join(' | ') }
  }
  const told = Object.entries(outcomes).filter(([way]) => expectation === undefined || way in expectation.outcomes)
  const texts = told.length === 0 ? ['no code of ours reads it'] : told.map((each) => each.join(': '))
  const reason = expectation === undefined ? 'not in the table, any typed outcome will do' : expectation.reason
  const notMet = expectation?.notMet === undefined ? '' : ` | not met by this version: ${expectation.notMet}`
  return { good: true, line: `${texts.join(' | ')} (${reason})${notMet}` }
}

main(argv[2]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  exit(1)
})
