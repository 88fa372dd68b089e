import { createHash } from 'node:crypto'
import { stdout } from 'node:process'
import { portOffset } from '../../infra/local/addresses.ts'
import { createWorld } from '../../infra/local/microsoft365/world.ts'
import { SAMPLE } from '../../infra/local/settings.ts'
import { startSystem } from '../../infra/local/system.ts'
import { createPorts } from '../../shared/app.ts'
import { configOrThrow, readConfig } from '../../shared/config.ts'
import { randomToken, systemRandom } from '../../shared/core/random.ts'
import { systemClock } from '../../shared/core/time.ts'
import { createService, type Service } from '../../shared/service.ts'
import { readNumbers, runProof } from '../support/proof-command.ts'

const USAGE = 'npm run code-race -- [--rounds 100] [--parallel 50]'

/**
 * `npm run code-race -- --rounds 1000`: redeems each code 50 times at once over HTTP at the local system. It fails when a
 * code gives more than one token set, or none although each request was answered; when a request that comes too late is
 * told anything but `invalid_grant`; and when connections break in a tenth of the rounds, which shows too little then.
 */
async function main(): Promise<boolean> {
  const { rounds, parallel } = readNumbers({ rounds: 100, parallel: 50 })
  const world = createWorld({ clock: systemClock, random: systemRandom })
  const system = await startSystem({ offset: portOffset(), world, log: () => undefined, write: () => undefined })
  try {
    const ports = createPorts(configOrThrow(readConfig(system.settings)))
    const service = await createService({ ...ports, log: () => undefined })
    const wrong: string[] = []
    let unanswered = 0
    for (let round = 1; round <= rounds; round += 1) {
      const { won, others } = await race(service, system.addresses.sync, parallel, round)
      // Nobody knows what became of a request whose connection broke: it may have won.
      const isWhole = !others.includes(NO_ANSWER)
      if (!isWhole) unanswered += 1
      const isRight = won === 1 || (won === 0 && !isWhole)
      if (!isRight || others.some((one) => one !== NO_ANSWER && one !== REFUSED))
        wrong.push(`round ${round}: ${won} won, ${others.join(', ')}`)
      if (round % 100 === 0) stdout.write(`${round} rounds\n`)
    }
    stdout.write(
      `${rounds} rounds of ${parallel} redemptions: ${wrong.length} wrong, ${unanswered} without every answer\n${wrong.slice(0, 10).join('\n')}\n`,
    )
    return wrong.length === 0 && unanswered < rounds / 10
  } finally {
    await system.close()
  }
}

const NO_ANSWER = 'no answer'
const REFUSED = '400 invalid_grant'

/** @returns how many redemptions gave tokens, and the different answers to the others. */
async function race(service: Service, syncUrl: string, parallel: number, round: number) {
  const verifier = randomToken(systemRandom)
  const code = await service.oauth.grants.issueCode({
    clientId: SAMPLE.clientId,
    accountId: `acc_race-${round}`,
    profile: { id: 'pro_race', name: 'race@contoso.example' },
    scopes: ['read_events'],
    unrestricted: false,
    redirectUri: SAMPLE.redirectUri,
    challenge: createHash('sha256').update(verifier).digest('base64url'),
  })
  const answers = await Promise.all(Array.from({ length: parallel }, () => redeem(syncUrl, code, verifier)))
  const lost = answers.filter((answer) => answer !== '200')
  return { won: answers.length - lost.length, others: [...new Set(lost)] }
}

async function redeem(syncUrl: string, code: string, verifier: string): Promise<string> {
  const sent = fetch(`${syncUrl}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: SAMPLE.clientId,
      client_secret: SAMPLE.secret,
      redirect_uri: SAMPLE.redirectUri,
      code,
      code_verifier: verifier,
    }),
  })
  const answer = await sent.catch(() => undefined)
  if (answer === undefined) return NO_ANSWER
  const { error } = (await answer.json()) as { error?: string }
  return error === undefined ? String(answer.status) : `${answer.status} ${error}`
}

runProof(USAGE, main)
