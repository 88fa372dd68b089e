import { MICROSOFT_APP, OPERATOR_TENANT } from '../../settings.ts'
import type { Person, World } from '../world.ts'

/** Ids that stay the same over restarts, so that links and connected accounts do as well. */
const CONTOSO = 'c0a10001-5d3e-4b7a-9c21-0f1e2d3c4b5a'
const FABRIKAM = 'fab20002-7e4f-4c8b-8d32-1a2b3c4d5e6f'

/** Groups of Contoso Nordic. */
const GROUPS = {
  leadership: '6a0f3c52-1d8e-4b93-a7c4-2e5f8091b3d6',
  pilots: '9d47e1b8-53c6-4f0a-8e21-7b6a4c3d2f15',
}

const MEMBERS = {
  anna: { tid: CONTOSO, displayName: 'Anna Holm', groups: [GROUPS.leadership, GROUPS.pilots] },
  mikkel: { tid: CONTOSO, displayName: 'Mikkel Dahl', isAdministrator: true, groups: [GROUPS.leadership] },
  sofie: { tid: CONTOSO, displayName: 'Sofie Lindqvist', timeZone: 'W. Europe Standard Time', groups: [GROUPS.pilots] },
  jonas: { tid: CONTOSO, displayName: 'Jonas Berg' },
  freja: { tid: CONTOSO, displayName: 'Freja Nygaard' },
  oliver: { tid: CONTOSO, displayName: 'Oliver Wright', timeZone: 'GMT Standard Time' },
  lars: { tid: FABRIKAM, displayName: 'Lars Brandt', isAdministrator: true },
  camilla: { tid: FABRIKAM, displayName: 'Camilla Storm' },
  henrik: { tid: FABRIKAM, displayName: 'Henrik Vester' },
  ida: { tid: FABRIKAM, displayName: 'Ida Lykke' },
  nora: { tid: OPERATOR_TENANT, displayName: 'Nora Winther', appRoles: { [MICROSOFT_APP.clientId]: ['Operator'] } },
  emil: { tid: OPERATOR_TENANT, displayName: 'Emil Krogh' },
}

export type Name = keyof typeof MEMBERS
export type People = Record<Name, Person>

/**
 * Three organisations: in Contoso Nordic people may connect apps themselves, in Fabrikam an administrator has to install
 * an app first, and FlowAgent operates the service: Nora may see how it does. Anna has the fullest calendar.
 */
export function seedPeople(world: World): People {
  world.addOrganisation({ tid: CONTOSO, name: 'Contoso Nordic', domain: 'contosonordic.example' })
  world.addOrganisation({ tid: FABRIKAM, name: 'Fabrikam', domain: 'fabrikam.example', allowsUserConsent: false })
  world.addOrganisation({ tid: OPERATOR_TENANT, name: 'FlowAgent', domain: 'flowagent.example' })
  const add = (name: Name, index: number) =>
    world.addPerson({ ...MEMBERS[name], oid: `0d1e5eed-0000-4000-8000-${String(index + 1).padStart(12, '0')}` })
  const names = Object.keys(MEMBERS) as Name[]
  return Object.fromEntries(names.map((name, index) => [name, add(name, index)])) as People
}
