import { ASSUMED_DELAYS } from '../assumed-delays.ts'
import type { Bench } from '../bench.ts'
import { estimate } from './estimate.ts'
import { countMonth, type Month } from './month.ts'
import { DEAREST_TABLE_REQUESTS, FREE, PRICES } from './prices.ts'
import { askedLines, costLines, countLines, rounded, useLine } from './report.ts'
import { DAYS, LIMITS, RUNNING, USE } from './use.ts'

const ACCOUNTS = [1_000, 100_000, 10_000_000] as const

/** How many accounts of each kind are simulated: the more, the less of the schedule's work is one account's alone. */
const SIMULATED = 5

/** `npm run bench -- cost` */
export const cost: Bench = {
  about: 'what an account asks for in a month, and what Azure takes for it',
  takes: [],
  async run({ quick, progress }) {
    const month = await countMonth({ accounts: quick ? 1 : SIMULATED, isRough: quick }, progress)
    const estimates = ACCOUNTS.map((accounts) => estimate(month, accounts))
    return {
      figures: estimates.map(({ accounts, perAccount }) => ({
        what: `an account and month, of ${accounts.toLocaleString('en')}`,
        value: perAccount,
        unit: 'dollars',
      })),
      lines: [
        useLine(),
        '',
        ...countLines(month),
        '',
        ...askedLines(estimates),
        '',
        ...costLines(estimates),
        '',
        dearest(month),
      ],
      data: {
        month: { ...month, account: rounded(month.account), deployment: rounded(month.deployment) },
        estimates,
        assumed: { ...{ USE, DAYS, RUNNING, LIMITS, FREE, PRICES }, delaysMs: ASSUMED_DELAYS },
      },
    }
  },
}

/** The price on which most hangs, and that could not be looked up. */
function dearest(month: Month): string {
  const { usd, per } = DEAREST_TABLE_REQUESTS
  const dollars = ACCOUNTS.map((accounts) => estimate(month, accounts, DEAREST_TABLE_REQUESTS).perAccount.toFixed(4))
  return `for an account with ${usd} dollars for ${per}, the dearest seen: ${dollars.join(', ')}`
}
