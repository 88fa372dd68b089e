import type { Restriction } from '../../organisations/organisation.ts'
import type { Params } from '../request.ts'

/** The two fields of the form, as they were typed. */
export interface Typed {
  readonly domains: string
  readonly groups: string
}

/** What is wrong with a field, for the person who typed it. */
export type Problems = Partial<Record<keyof Typed, string>>

const MOST = 100
const DOMAIN = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/
const GROUP = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

export const typedOf = ({ domains, groups }: Restriction): Typed => ({
  domains: domains.join('\n'),
  groups: groups.join('\n'),
})

/** Reads the form. Entries stand between spaces, commas or line ends; a leading @ and capitals make no difference. */
export function readRestriction(posted: Params): { typed: Typed; restriction: Restriction; problems: Problems } {
  const typed = { domains: posted.get('domains') ?? '', groups: posted.get('groups') ?? '' }
  const domains = entries(typed.domains).map((entry) => entry.replace(/^@/, ''))
  const groups = entries(typed.groups)
  const problems = {
    ...problem('domains', domains, DOMAIN, 'is not a domain like contoso.com'),
    ...problem('groups', groups, GROUP, 'is not an object ID like 02bd9fd6-8f93-4758-87c3-1fb73740a315'),
  }
  return { typed, restriction: { domains, groups }, problems }
}

const entries = (text: string): string[] => [
  ...new Set(
    text
      .toLowerCase()
      .split(/[\s,;]+/)
      .filter(Boolean),
  ),
]

function problem(field: keyof Typed, given: readonly string[], pattern: RegExp, saying: string): Problems {
  const wrong = given.find((entry) => !pattern.test(entry))
  if (wrong !== undefined) return { [field]: `“${wrong.slice(0, 80)}” ${saying}.` }
  return given.length > MOST ? { [field]: `There can be at most ${MOST}.` } : {}
}
