import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemRandom } from '../../../shared/core/random.ts'
import { createWorld } from '../microsoft365/world.ts'
import { createPassingClock } from '../passing-clock.ts'
import { connectPerson } from '../sample-integrator.ts'
import { startSystem } from '../system.ts'
import { EVENTS, plantCanaries } from './privacy/canaries.ts'
import { tellConnecting, tellErasing, tellExport, tellRotation } from './privacy/chapters.ts'
import { createSearch } from './privacy/search.ts'
import { say } from './troubled-stage.ts'

/**
 * `npm run demo -- --privacy`: ten thousand words that stand nowhere else are put into a mailbox, which is connected,
 * exported and erased. They are looked for in everything that is stored, sent and logged, and on the disk in the end.
 * @returns whether none was ever found in plain or any other form.
 */
export async function runPrivacy(offset: number): Promise<boolean> {
  const clock = createPassingClock()
  const world = createWorld({ clock, random: systemRandom })
  const { tid } = world.addOrganisation({ name: 'Contoso', domain: 'contoso.example', allowsUserConsent: false })
  const administrator = world.addPerson({ tid, displayName: 'Mikkel Dahl', isAdministrator: true })
  const person = world.addPerson({ tid, displayName: 'Anna Holm' })
  const mailbox = world.mailboxOf(person.oid)
  const canaries = plantCanaries(mailbox, clock.now(), systemRandom)
  const folder = await mkdtemp(join(tmpdir(), 'microsoft-365-sync-demo-'))
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  const system = await startSystem({ offset, world, clock, folder, log: () => {}, write })
  const { serviceBus, addresses } = system
  if (serviceBus === undefined) throw new Error('this needs the stand-ins')
  const search = createSearch(canaries, { tablesUrl: addresses.tables, serviceBus, lines, folder })
  const ids = [...mailbox.calendar().store.items.keys()]
  let edited = 0
  const stage = {
    ...{ system, clock, canaries, search },
    administrator: administrator.userPrincipalName,
    person: person.userPrincipalName,
    connect: () => connectPerson(addresses.sync, person.userPrincipalName),
    edit() {
      for (const id of ids.slice(0, 10)) mailbox.patch(id, { showAs: ++edited % 2 === 0 ? 'busy' : 'tentative' })
      return 10
    },
  }
  try {
    say(`${canaries.size} canaries in ${EVENTS} events`)
    await tellConnecting(stage)
    await tellExport(stage)
    await tellRotation(stage)
    await tellErasing(stage)
    return true
  } catch (error) {
    say(`\n${error instanceof Error ? error.message : error}`)
    return false
  } finally {
    search.stop()
    await system.close()
    await rm(folder, { recursive: true })
  }
}
