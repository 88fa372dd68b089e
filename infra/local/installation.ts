import type { Organisation, World } from './microsoft365/world.ts'
import { createVisitor, titleOf } from './visitor.ts'

/**
 * Installs the app as administrators do, in a browser, for every organisation in which people may connect apps by
 * themselves; the others are left to whoever wants to try it.
 * @returns the names of the organisations.
 */
export async function installOrganisations(syncUrl: string, world: World): Promise<readonly string[]> {
  const organisations = [...world.organisations.values()].filter(({ allowsUserConsent }) => allowsUserConsent)
  for (const organisation of organisations) await install(syncUrl, administratorOf(world, organisation))
  return organisations.map(({ name }) => name)
}

/** @returns the address of the organisation's administrator, who comes into the world when there is none. */
function administratorOf(world: World, { tid }: Organisation): string {
  const found = [...world.people.values()].find((person) => person.tid === tid && person.isAdministrator)
  const administrator = found ?? world.addPerson({ tid, displayName: 'The Administrator', isAdministrator: true })
  return administrator.userPrincipalName
}

/** Our page, Microsoft's consent, Microsoft's sign-in, and back. @throws Error when it does not end there. */
async function install(syncUrl: string, address: string): Promise<void> {
  const visitor = createVisitor()
  const accounts = await visitor.submit(await visitor.open(`${syncUrl}/install`))
  const consent = await visitor.submit(accounts, { address })
  const accountsAgain = await visitor.press(consent, 'decision', 'accept')
  const end = await visitor.submit(accountsAgain, { address })
  if (end.url.pathname !== '/organisation') throw new Error(`installing ended on: ${titleOf(end)}`)
}
