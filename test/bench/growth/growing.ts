import { fillMailbox, MailboxOrder } from '../../../infra/local/microsoft365/control/mailboxes.ts'
import { PLANNER, registerClient } from '../../support/authorization.ts'
import { startPopulated } from './accounts.ts'
import { type Cost, type Measured, startMeasured } from './cost.ts'
import type { Curve, Growing, Point } from './curves.ts'
import { afterFirstPull, type Connected, connectSomebody } from './population.ts'
import { type Rounds, repeated, roundsOf, sharesOf, workOnce } from './rounds.ts'

export async function overAccounts({ sizes, times, done }: Growing): Promise<Curve> {
  const populated = await startPopulated(times)
  const { people, fixture, costOf } = populated
  const points: Point[] = []
  for (const size of sizes) {
    populated.growTo(size)
    // Whoever was due has been visited; what is measured is the look that finds nobody.
    await fixture.service.wakeDue()
    await fixture.settle()
    const tick = await repeated(populated, people, () => costOf(() => fixture.service.wakeDue()))
    const works = await roundsOf(populated, people, ['pull', 'action', 'answer'])
    points.push({ size, costs: { ...works, 'look who is due': tick } })
    done()
  }
  return { name: 'accounts', axis: 'accounts', points }
}

/** A first pull takes as long as all else at its size, and varies less. */
const FIRST_PULLS = 3

export async function overEvents({ sizes, times, done }: Growing): Promise<Curve> {
  const points: Point[] = []
  for (const size of sizes) {
    const first = { ours: [] as Cost[], bare: [] as Cost[] }
    // None of the large mailboxes is held while the next one is read.
    for (let time = 1; time < Math.min(times, FIRST_PULLS); time++) await measureFirstPull(size, first)
    const { measured, somebody } = await measureFirstPull(size, first)
    const works = await roundsOf(measured, Array(times).fill(somebody), ['pull', 'action'])
    points.push({ size, costs: { 'first pull, per event': sharesOf(first, size), ...works } })
    done()
  }
  return { name: 'events', axis: 'events of the mailbox', points }
}

/** A tenth of the events belongs to series. */
const OCCURRENCES = 20

/** The bare program downloads the same pages, and nothing else. @param rounds get one more. */
async function measureFirstPull(size: number, rounds: { ours: Cost[]; bare: Cost[] }) {
  const measured = await startMeasured()
  const { fixture } = measured
  const series = Math.round(size / 10 / OCCURRENCES)
  const order = { series, occurrences: OCCURRENCES, singles: size - series * OCCURRENCES, days: 200 }
  const { person } = fillMailbox(fixture.world, MailboxOrder.parse(order))
  const connected: Connected[] = []
  rounds.ours.push(await measured.costOf(async () => connected.push(await afterFirstPull(fixture, person))))
  rounds.bare.push(await measured.bareCost('read of Graph'))
  return working(measured, connected[0])
}

/** Each of them may use the account; one of them works. */
export async function overIntegrators({ sizes, times, done }: Growing): Promise<Curve> {
  const { measured, somebody } = await startSomebody()
  const { fixture } = measured
  const points: Point[] = []
  let integrators = 1
  for (const size of sizes) {
    for (; integrators < size; integrators++) {
      const client = { ...PLANNER, clientId: `planner-${integrators}`, secret: `${PLANNER.secret}-${integrators}` }
      await registerClient(fixture.service, client)
      await fixture.connect(somebody.person, client)
    }
    await fixture.settle()
    points.push({ size, costs: await roundsOf(measured, Array(times).fill(somebody), ['pull', 'action', 'answer']) })
    done()
  }
  return { name: 'integrators', axis: 'integrators that may use the account', points }
}

/** Each of them is told of each change. */
export async function overChannels({ sizes, times, done }: Growing): Promise<Curve> {
  const { measured, somebody } = await startSomebody()
  const points: Point[] = []
  let channels = 0
  for (const size of sizes) {
    for (; channels < size; channels++) await openChannel(somebody, channels)
    await measured.fixture.settle()
    const works = Object.entries(await roundsOf(measured, Array(times).fill(somebody), ['pull', 'action']))
    const shares = works.map(([work, rounds]): [string, Rounds] => [`${work}, per channel`, sharesOf(rounds, size)])
    points.push({ size, costs: Object.fromEntries(shares) })
    done()
  }
  return { name: 'channels', axis: 'channels of the account', points }
}

async function openChannel({ reader }: Connected, number: number): Promise<void> {
  const { status } = await reader.send('POST', '/v1/channels', { callback_url: `https://fa.example/${number}` })
  if (status !== 200) throw new Error(`a channel was answered ${status}`)
}

async function startSomebody() {
  const measured = await startMeasured()
  return working(measured, await connectSomebody(measured.fixture))
}

async function working(measured: Measured, somebody: Connected | undefined) {
  if (somebody === undefined) throw new Error('nobody has connected')
  await workOnce(measured.fixture, somebody)
  return { measured, somebody }
}
