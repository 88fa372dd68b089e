import { actionIdOf } from '../../../shared/api/change/action-id.ts'
import type { Integration, User } from '../people/users.ts'
import type { Inspection } from './inspector.ts'

/** What an integrator has of one account, with the address that leads to it. */
interface Belonging {
  readonly owner: Integration
  readonly name: string
  readonly place: { readonly page: string } | { readonly action: string }
}

interface Dependencies {
  readonly users: readonly User[]
  readonly inspectionOf: (user: User) => Promise<Inspection>
  readonly finish: <T>(task: Promise<T>) => Promise<T>
}

/** What can be reached by integrators and for accounts whose it is not, or not by those whose it is (I6). */
export async function reachedByStrangers({ users, inspectionOf, finish }: Dependencies): Promise<string[]> {
  const everybody = users.flatMap(({ integrators }) => integrators)
  if (everybody.length < 2) return []
  const found: string[] = []
  for (const user of users) {
    const inspection = await inspectionOf(user)
    for (const { owner, name, place } of user.integrators.flatMap((owner) => belongingsOf(owner, inspection)))
      for (const one of everybody)
        if ((await finish(one.client.reaches(place))) !== (one === owner))
          found.push(`I6: ${name} of ${owner.clientId} ${one === owner ? 'cannot be reached' : 'is told to another'}`)
  }
  return found
}

function belongingsOf(owner: Integration, { actions, pageOf }: Inspection): readonly Belonging[] {
  const action = actions.find(({ integrator }) => integrator === owner.clientId)
  return [
    { owner, name: 'a page', place: { page: pageOf(owner.clientId) } },
    ...(action === undefined ? [] : [{ owner, name: 'an action', place: { action: actionIdOf(action) } }]),
  ]
}
