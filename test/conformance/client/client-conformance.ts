import { exit, stdout } from 'node:process'
import { portOffset } from '../../../infra/local/addresses.ts'
import { CHANNELS, ENDING, UNSUPPORTED } from './channel-steps.ts'
import { CHANGING, READING, type Step } from './steps.ts'
import { startTour, type Tour } from './tour.ts'

const STEPS: readonly Step[] = [...READING, ...CHANGING, ...CHANNELS, ...UNSUPPORTED, ...ENDING]

/**
 * `npm run conformance`: the unmodified npm package `cronofy` drives its methods, but the four of bookable events, against
 * the local system, one line each. Ends with 1 when one does not do what its reader expects.
 */
async function main(): Promise<number> {
  const tour = await startTour(portOffset())
  try {
    let failed = 0
    for (const step of STEPS) if (!(await take(step, tour))) failed++
    stdout.write(`\n${STEPS.length} steps, ${failed} failed\n`)
    return failed === 0 ? 0 : 1
  } finally {
    await tour.close()
  }
}

async function take({ method, run }: Step, tour: Tour): Promise<boolean> {
  try {
    stdout.write(`ok      ${method.padEnd(36)}${await run(tour)}\n`)
    return true
  } catch (error) {
    const { message, statusCode } = error as Error & { statusCode?: number }
    stdout.write(`FAILED  ${method.padEnd(36)}${statusCode === undefined ? '' : `${statusCode} `}${message}\n`)
    return false
  }
}

exit(await main())
