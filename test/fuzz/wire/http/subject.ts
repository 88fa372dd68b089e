import type { Health, Subject } from '../assault.ts'
import { startVictim, type Victim } from '../victim.ts'
import { httpAttack } from './attack.ts'

/** Lines of the host about something that went wrong in it. */
const isFault = (line: string): boolean => line.includes('"event":"answer-failed"')

/** The Functions host, over HTTP. */
export const HOST: Subject = {
  name: 'http',
  property:
    'the host lives, answers what is wrong with a 4xx and others as ever, and keeps nothing of those who have gone',
  start: () => startVictim(new URL('./host-main.ts', import.meta.url), isFault),
  attack: httpAttack,
  wellBehaved,
  judge: (_, answer) => wrongStatus(answer),
}

/** No request may be answered as if the host were at fault; 501 and 505 tell of what nobody offers. */
function wrongStatus(answer: string): string | undefined {
  const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status))
  const wrong = statuses.find((status) => status >= 500 && status !== 501 && status !== 505)
  return wrong === undefined ? undefined : `a request is answered with ${wrong}`
}

function wellBehaved({ address }: Victim): Health {
  let count = 0
  return {
    async check() {
      count += 1
      const body = 'x'.repeat(count % 100)
      const answer = await fetch(`${address}/api/echo/${count}`, { method: 'POST', body })
      const text = await answer.text()
      if (text !== JSON.stringify({ n: String(count), length: body.length })) throw new Error(`it was told ${text}`)
    },
    close: async () => {},
  }
}
