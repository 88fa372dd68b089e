import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Microsoft365 } from '../../infra/local/microsoft365/start.ts'
import type { Person, World } from '../../infra/local/microsoft365/world.ts'
import { connectPerson, type SampleIntegrator } from '../../infra/local/sample-integrator.ts'
import type { ServiceBus } from '../../infra/local/service-bus/start.ts'
import type { System } from '../../infra/local/system.ts'
import { oneHour } from '../support/graph-stand-in.ts'

/** A system whose stand-ins are all here. */
export interface BurstSystem extends System {
  readonly microsoft365: Microsoft365
  readonly serviceBus: ServiceBus
}

interface BurstOptions {
  readonly notifications: number
  readonly mailboxes: number
  readonly connections: number
}

export interface BurstResult {
  /** How many answers there were of each status; 0 stands for none at all. */
  readonly statuses: Readonly<Record<number, number>>
  /** Milliseconds from sending to the whole answer. */
  readonly p50: number
  readonly p99: number
  readonly max: number
  readonly seconds: number
  /** Seconds after the last answer until everything was handled. */
  readonly drained: number
  /** Requests for changes of each mailbox, in ascending order. */
  readonly pulls: readonly number[]
  /** All of them for each notification. */
  readonly pullsShare: number
  /** Mailboxes whose changes our API does not tell in the end. */
  readonly lost: number
}

/** How often a mailbox may be asked for its changes, and how often all may for each notification. */
export const MOST_PULLS = 20
export const MOST_PULLS_SHARE = 0.5

/** The changes of each mailbox: one before the burst, and one in its middle. */
const SUBJECTS = ['Before the burst', 'In the middle of it']

/** Sends notifications of many mailboxes all at once, each in a request of its own, and looks what became of them. */
export async function runBurst(system: BurstSystem, options: BurstOptions): Promise<BurstResult> {
  const readers = await connectPeople(system, options.mailboxes)
  await handled(system)
  const { faults, graph } = system.microsoft365
  // The stand-in itself tells nothing, so that the burst alone does.
  faults.notifications.drop = 1
  graph.requests.clear()
  const bodies = notificationsOf(system)
  const change = (subject: string) => {
    for (const { mailbox } of mailboxesOf(system)) mailbox.create(oneHour(subject, inAWeek()))
  }
  change(SUBJECTS[0] ?? '')
  const { answers, seconds } = await sendAll(`${system.addresses.sync}/graph/notifications`, options, (index) => {
    if (index === Math.floor(options.notifications / 2)) change(SUBJECTS[1] ?? '')
    return bodies[index % bodies.length] ?? ''
  })
  const sent = performance.now()
  await handled(system)
  const drained = (performance.now() - sent) / 1000
  const pulls = pullsOf(system)
  const pullsShare = pulls.reduce((all, one) => all + one, 0) / options.notifications
  return { ...summaryOf(answers), seconds, drained, pulls, pullsShare, lost: await countLost(readers) }
}

export async function connectPeople(system: BurstSystem, count: number): Promise<readonly SampleIntegrator[]> {
  const people = Array.from({ length: count }, (_, number) => addPerson(system.microsoft365.world, number))
  const readers: SampleIntegrator[] = []
  const connectNext = async (): Promise<void> => {
    for (let person = people.pop(); person !== undefined; person = people.pop())
      readers.push(await connectPerson(system.addresses.sync, person.userPrincipalName))
  }
  await Promise.all(Array.from({ length: 8 }, connectNext))
  return readers
}

const PERSON = 'Burst Person'

function addPerson(world: World, number: number): Person {
  const [tid = ''] = world.organisations.keys()
  return world.addPerson({ tid, displayName: `${PERSON} ${number}` })
}

/** Waits until every calendar is subscribed and nothing is left in the queue. */
export async function handled({ serviceBus, microsoft365 }: BurstSystem): Promise<void> {
  const people = burstPeople(microsoft365.world).length
  while (serviceBus.snapshot().messages.length > 0 || microsoft365.graph.subscriptions.list().length < people)
    await sleep(100)
}

/** Without the administrators, who connect nothing. */
const burstPeople = (world: World): readonly Person[] =>
  [...world.people.values()].filter(({ displayName }) => displayName.startsWith(PERSON))

const mailboxesOf = ({ microsoft365: { world } }: BurstSystem) =>
  burstPeople(world).map(({ oid }) => ({ oid, mailbox: world.mailboxOf(oid) }))

const inAWeek = () => new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10)

/** A notification of each subscription, as Microsoft would send it. */
export const notificationsOf = ({ microsoft365 }: BurstSystem): readonly string[] =>
  microsoft365.graph.subscriptions.list().map(({ id, tid, oid, clientState }) => {
    const resource = `Users/${oid}/Events/AQMk`
    const resourceData = { '@odata.type': '#Microsoft.Graph.Event', '@odata.id': resource, id: 'AQMk' }
    const notification = {
      subscriptionId: id,
      tenantId: tid,
      clientState,
      changeType: 'updated',
      resource,
      resourceData,
    }
    return JSON.stringify({ value: [notification] })
  })

interface Answer {
  readonly status: number
  readonly ms: number
}

/**
 * As many requests at once as there are connections. They are opened before the burst: Node accepts one connection for
 * each turn of its event loop (libuv 1.45), so under load the local host would let the last ones wait for seconds, which
 * the front end of the cloud does not.
 */
export async function sendAll(
  url: string,
  { notifications, connections }: Pick<BurstOptions, 'notifications' | 'connections'>,
  bodyOf: (index: number) => string,
): Promise<{ answers: readonly Answer[]; seconds: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections })
  const handshake = () => send(`${url}?validationToken=open`, '', agent)
  await Promise.all(Array.from({ length: connections }, handshake))
  const answers: Answer[] = []
  const began = performance.now()
  let next = 0
  const sendNext = async (): Promise<void> => {
    while (next < notifications) answers.push(await send(url, bodyOf(next++), agent))
  }
  await Promise.all(Array.from({ length: connections }, sendNext))
  const seconds = (performance.now() - began) / 1000
  agent.destroy()
  return { answers, seconds }
}

/** @returns the status 0 where the connection broke. */
export function send(url: string, body: string, agent: Agent): Promise<Answer> {
  const began = performance.now()
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  return new Promise((resolve) => {
    const end = (status: number) => resolve({ status, ms: performance.now() - began })
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume().on('end', () => end(answer.statusCode ?? 0))
    })
    sent.on('error', () => end(0)).end(body)
  })
}

function summaryOf(answers: readonly Answer[]) {
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b)
  const quantile = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  const statuses: Record<number, number> = {}
  for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1
  return { statuses, p50: quantile(0.5), p99: quantile(0.99), max: quantile(1) }
}

/** @throws Error when there were more requests than are kept. */
function pullsOf(system: BurstSystem): readonly number[] {
  const { requests } = system.microsoft365.graph
  if (requests.forgotten > 0) throw new Error(`${requests.forgotten} requests are not known any more`)
  const asked = requests.list().filter(({ path }) => path.includes('/delta'))
  return mailboxesOf(system)
    .map(({ oid }) => asked.filter(({ path }) => path.includes(oid)).length)
    .sort((a, b) => a - b)
}

async function countLost(readers: readonly SampleIntegrator[]): Promise<number> {
  let lost = 0
  for (const reader of readers) {
    const told = (await reader.events()).map(({ summary }) => summary)
    if (SUBJECTS.some((subject) => !told.includes(subject))) lost++
  }
  return lost
}
