import { fillMailbox, MailboxOrder } from '../../../infra/local/microsoft365/control/mailboxes.ts'
import { PLANNER, registerClient } from '../../support/authorization.ts'
import type { Progress } from '../../support/progress.ts'
import { costsOfWork, startPopulated, workOf } from './accounts.ts'
import { type Cost, type Measured, shareOf, startMeasured, typical } from './cost.ts'
import { afterFirstPull, type Connected, connectSomebody } from './population.ts'
import { WORK, type Work } from './work.ts'

/** What units of work cost as one thing grows. */
export interface Curve {
  readonly name: string
  /** What grows. */
  readonly axis: string
  readonly points: readonly Point[]
}

export interface Point {
  readonly size: number
  readonly costs: Readonly<Record<string, Cost>>
}

interface Growing {
  readonly sizes: readonly number[]
  /** How often a unit of work is done at each of them. */
  readonly times: number
  /** Told after each size. */
  readonly done: () => void
}

const TIMES = 10
const QUICK_TIMES = 3

export const CURVES = {
  accounts: { sizes: [100, 1_000, 10_000, 100_000], quick: [20, 40], draw: overAccounts },
  events: { sizes: [100, 1_000, 10_000, 100_000], quick: [100, 400], draw: overEvents },
  integrators: { sizes: [1, 10, 100, 1_000], quick: [1, 4], draw: overIntegrators },
  channels: { sizes: [1, 4, 16, 64, 128], quick: [1, 4], draw: overChannels },
} as const

/** Draws all of them. */
export async function measureCurves(quick: boolean, progress: Progress): Promise<readonly Curve[]> {
  const all = Object.values(CURVES)
  const total = all.reduce((sum, { sizes }) => sum + sizes.length, 0)
  let measured = 0
  const done = () => progress.at(++measured, total)
  const curves: Curve[] = []
  for (const { draw, sizes, quick: few } of all)
    curves.push(await draw({ ...(quick ? { sizes: few, times: QUICK_TIMES } : { sizes, times: TIMES }), done }))
  return curves
}

async function overAccounts({ sizes, times, done }: Growing): Promise<Curve> {
  const populated = await startPopulated(times)
  const points: Point[] = []
  for (const size of sizes) {
    populated.growTo(size)
    const { pull, action, answer, tick } = await costsOfWork(populated)
    points.push({ size, costs: { pull, action, answer, 'look who is due': tick } })
    done()
  }
  return { name: 'accounts', axis: 'accounts', points }
}

/** A tenth of the events belongs to series. */
const OCCURRENCES = 20

async function overEvents({ sizes, times, done }: Growing): Promise<Curve> {
  const points: Point[] = []
  for (const size of sizes) {
    const measured = await startMeasured()
    const series = Math.round(size / 10 / OCCURRENCES)
    const order = { series, occurrences: OCCURRENCES, singles: size - series * OCCURRENCES, days: 200 }
    const { person } = fillMailbox(measured.fixture.world, MailboxOrder.parse(order))
    let somebody: Connected | undefined
    const first = await measured.costOf(async () => {
      somebody = await afterFirstPull(measured.fixture, person)
    })
    if (somebody === undefined) throw new Error('nobody has connected')
    const costs = await costsOfOne(measured, somebody, times, ['pull', 'action'])
    points.push({ size, costs: { 'first pull, per event': shareOf(first, size), ...costs } })
    done()
  }
  return { name: 'events', axis: 'events of the mailbox', points }
}

/** Each of them may use the account; one of them works. */
async function overIntegrators({ sizes, times, done }: Growing): Promise<Curve> {
  const measured = await startMeasured()
  const { fixture } = measured
  const somebody = await connectSomebody(fixture)
  const points: Point[] = []
  let integrators = 1
  for (const size of sizes) {
    for (; integrators < size; integrators++) {
      const client = { ...PLANNER, clientId: `planner-${integrators}`, secret: `${PLANNER.secret}-${integrators}` }
      await registerClient(fixture.service, client)
      await fixture.connect(somebody.person, client)
    }
    await fixture.settle()
    points.push({ size, costs: await costsOfOne(measured, somebody, times, ['pull', 'action', 'answer']) })
    done()
  }
  return { name: 'integrators', axis: 'integrators that may use the account', points }
}

/** Each of them is told of each change. */
async function overChannels({ sizes, times, done }: Growing): Promise<Curve> {
  const measured = await startMeasured()
  const { fixture } = measured
  const somebody = await connectSomebody(fixture)
  const points: Point[] = []
  let channels = 0
  for (const size of sizes) {
    for (; channels < size; channels++) await openChannel(somebody, channels)
    await fixture.settle()
    const costs = Object.entries(await costsOfOne(measured, somebody, times, ['pull', 'action']))
    const shares = costs.map(([work, cost]) => [`${work}, per channel`, shareOf(cost, size)])
    points.push({ size, costs: Object.fromEntries(shares) })
    done()
  }
  return { name: 'channels', axis: 'channels of the account', points }
}

async function openChannel({ reader }: Connected, number: number): Promise<void> {
  const { status } = await reader.send('POST', '/v1/channels', { callback_url: `https://fa.example/${number}` })
  if (status !== 200) throw new Error(`a channel was answered ${status}`)
}

/** What each work costs one person who has done it before. */
async function costsOfOne(
  measured: Measured,
  somebody: Connected,
  times: number,
  works: readonly Work[],
): Promise<Point['costs']> {
  const costs: Record<string, Cost> = {}
  for (const work of works) {
    await WORK[work](measured.fixture, somebody)
    const all: Cost[] = []
    for (let time = 0; time < times; time++) all.push(await workOf(measured, work, somebody))
    costs[work] = typical(all)
  }
  return costs
}
