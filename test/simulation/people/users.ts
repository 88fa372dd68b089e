import type { Mailbox } from '../../../infra/local/microsoft365/mailbox/mailbox.ts'
import type { Person } from '../../../infra/local/microsoft365/world.ts'
import type { Registration } from '../../../shared/integrators/integrator.ts'
import type { Dice } from '../../support/dice.ts'
import { FLOWAGENT, PLANNER } from '../../support/oauth.ts'
import type { Owner, Scheduler } from '../scheduler.ts'
import type { Cluster } from '../service/cluster.ts'
import type { FaultRates, Swarm } from '../swarm/swarm.ts'
import { type Client, createClient } from './client.ts'
import { createFollower, type Follower } from './follower.ts'
import { createWriter, type Writer } from './integrator.ts'
import { createLeaver, type Leaver } from './leaver.ts'
import { keepLedger, type Ledger } from './ledger.ts'
import { createEditor, type Editor } from './person.ts'
import { type Notebook, newNotebook } from './wish.ts'

/** A person with a mailbox, and everybody who reads and changes it. */
export interface User {
  readonly owner: Owner
  readonly person: Person
  readonly mailbox: Mailbox
  readonly ledger: Ledger
  readonly notebook: Notebook
  readonly editor: Editor
  /** The integrators, the one that shows the calendar first. */
  readonly integrators: readonly Integration[]
  readonly leaver: Leaver
}

export interface Integration {
  readonly clientId: string
  readonly registration: Registration
  readonly client: Client
  /** Absent where it only reads. */
  readonly writer?: Writer
  /** Present where it is told by a channel what to read. */
  readonly follower?: Follower
}

interface Dependencies {
  readonly scheduler: Scheduler
  readonly dice: Dice
  readonly swarm: Swarm
  readonly rates: () => FaultRates
  readonly cluster: Cluster
}

const CHANGING: Pick<Registration, 'scopes' | 'permission'> = {
  scopes: ['read_events', 'create_event', 'delete_event', 'change_participation_status'],
  permission: 'unrestricted',
}
const WRITERS: readonly Registration[] = [FLOWAGENT, PLANNER].map((one) => ({ ...one, ...CHANGING }))

const FOLLOWING: Registration = {
  ...PLANNER,
  clientId: 'follower',
  name: 'Follower',
  secrets: ['follower-secret-follower-secret-follower-secr'],
  redirectUris: ['https://follower.example/back'],
  scopes: ['read_events'],
}

export const createUsers = (dependencies: Dependencies): readonly User[] =>
  dependencies.cluster.microsoft.people.map((person) => createUser(dependencies, person))

/** Those who have not left for good. */
export const staying = (users: readonly User[]) => users.filter(({ leaver }) => leaver.fate === 'stays')

function createUser(dependencies: Dependencies, person: Person): User {
  const { scheduler, dice, swarm, rates, cluster } = dependencies
  const owner: Owner = { name: person.displayName, alive: true }
  const { world, people } = cluster.microsoft
  const mailbox = world.mailboxOf(person.oid)
  const ledger = keepLedger(mailbox, scheduler.now, scheduler.note)
  const colleagues = people.filter((other) => other !== person).map(({ userPrincipalName }) => userPrincipalName)
  const others = ['guest@elsewhere.example', ...colleagues]
  const editor = createEditor({ scheduler, owner, dice: dice.fork(owner.name), swarm, rates, mailbox, ledger, others })
  const notebook = newNotebook()

  function integrate(integrator: Registration): Integration {
    const { clientId } = integrator
    const program: Owner = { name: `${clientId} of ${owner.name}`, alive: true }
    const client = createClient({ scheduler, swarm, cluster, owner: program, person, integrator })
    const own = { dice: dice.fork(program.name), owner: program, clientId, client }
    return {
      clientId,
      registration: integrator,
      client,
      writer: createWriter({ scheduler, swarm, ledger, notebook, others, ...own }),
    }
  }

  const reader = () => ({
    clientId: FLOWAGENT.clientId,
    registration: FLOWAGENT,
    client: createClient({ scheduler, swarm, cluster, owner, person, integrator: FLOWAGENT }),
  })
  function follow(integrator: Registration): Integration {
    const { clientId } = integrator
    const program: Owner = { name: `${clientId} of ${owner.name}`, alive: true }
    const client = createClient({ scheduler, swarm, cluster, owner: program, person, integrator })
    const callbackUrl = `https://${clientId}.example/${person.oid}`
    const follower = createFollower({ scheduler, swarm, owner: program, cluster, client, integrator, callbackUrl })
    return { clientId, registration: integrator, client, follower }
  }

  const active = swarm.writers === 0 ? [reader()] : WRITERS.slice(0, swarm.writers).map(integrate)
  const integrators = swarm.episodes.channels ? [...active, follow(FOLLOWING)] : active
  const leaver = createLeaver({
    ...{ scheduler, owner, swarm, cluster, person, integrators },
    dice: dice.fork(`${owner.name} leaves`),
  })
  return { owner, person, mailbox, ledger, notebook, editor, integrators, leaver }
}
