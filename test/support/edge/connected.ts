import { connectPerson } from '../../../infra/local/sample-integrator.ts'
import { emptyWorld, startWholeSystem } from '../system.ts'
import { httpFunctions } from './addresses.ts'

/** The whole system with its addresses, and the access token of an integrator to whom one person has connected. */
export async function startConnected() {
  const world = emptyWorld()
  const [tid = ''] = world.organisations.keys()
  const person = world.addPerson({ tid, displayName: 'Anna Holm' })
  const system = await startWholeSystem({ world })
  const functions = httpFunctions(system.functionsHost().functions)
  const { token } = await connectPerson(system.addresses.sync, person.userPrincipalName)
  return { system, functions, token }
}
