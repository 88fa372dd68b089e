import type { Organisation, Person, World } from '../world.ts'
import { Refusal } from './refusal.ts'

const ANYBODY = ['organizations', 'common']

/**
 * The one organisation that the first segment of an address limits a sign-in to, by id or domain; undefined when it
 * admits all. @throws Refusal 90002 for an organisation nobody knows.
 */
export function organisationOf(world: World, tenant: string): Organisation | undefined {
  if (ANYBODY.includes(tenant)) return undefined
  const name = tenant.toLowerCase()
  const found = [...world.organisations.values()].find(({ tid, domain }) => tid === name || domain === name)
  if (found === undefined) throw new Refusal(90002)
  return found
}

/** Whether a person belongs to the organisation that the address names. */
export function tenantIncludes(world: World, tenant: string, person: Person): boolean {
  const organisation = organisationOf(world, tenant)
  return organisation === undefined || organisation.tid === person.tid
}

/** The organisation a person is a member of. @throws Refusal 90002 when it is gone. */
export function homeOf(world: World, person: Person): Organisation {
  const organisation = world.organisationById(person.tid)
  if (organisation === undefined) throw new Refusal(90002)
  return organisation
}
