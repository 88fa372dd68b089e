import type { Context } from 'hono'
import * as z from 'zod'
import type { Organisation, Person, World } from '../world.ts'
import type { Application } from './applications.ts'
import { signInPage } from './pages/sign-in.ts'
import { Refusal } from './refusal.ts'
import type { EntraState } from './state.ts'
import { organisationOf, tenantIncludes } from './tenant.ts'

const Choice = z.object({ address: z.string() })
const Decision = z.object({
  oid: z.string(),
  decision: z.enum(['accept', 'cancel', 'return', 'switch']),
  forEveryone: z
    .literal('on')
    .optional()
    .transform((value) => value === 'on'),
})

/** What a page of ours posts: who signs in, or what they decided. */
type Step = z.infer<typeof Choice> | z.infer<typeof Decision>

/** @throws Refusal 900144 for a form that is none of ours. */
export function readStep(form: unknown): Step {
  const parsed = z.union([Decision, Choice]).safeParse(form)
  if (!parsed.success) throw new Refusal(900144)
  return parsed.data
}

/** The person with this address, or why they cannot sign in here. */
export function choosePerson({ world }: EntraState, tenant: string, address: string): Person | Refusal {
  const person = world.personByAddress(address.trim())
  if (person === undefined) return new Refusal(50034)
  if (!person.isEnabled) return new Refusal(50057)
  return tenantIncludes(world, tenant, person) ? person : new Refusal(50020)
}

interface AccountQuestion {
  tenant: string
  application: Application
  /** What the address field starts with. */
  address?: string | undefined
  /** Why the last attempt failed. */
  refusal?: Refusal
}

/** Asks who signs in. */
export function chooseAccount(c: Context, { world }: EntraState, { tenant, ...question }: AccountQuestion) {
  const only = organisationOf(world, tenant)
  const organisations = only === undefined ? [...world.organisations.values()] : [only]
  const groups = organisations.map((organisation) => ({ organisation, people: firstPeople(world, organisation) }))
  return signInPage(c, { ...question, groups: groups.filter(({ people }) => people.length > 0) })
}

const MAX_TILES = 12

/** Others can still type their address. */
function firstPeople({ people }: World, { tid }: Organisation): Person[] {
  const found: Person[] = []
  for (const person of people.values()) {
    if (person.tid === tid && person.isEnabled) found.push(person)
    if (found.length === MAX_TILES) break
  }
  return found
}
