import { CALENDAR_SCOPES, meaningsOf, type Scope } from './scopes.ts'

/** What an integrator asks for, or was allowed. */
export interface Allowed {
  readonly scopes: readonly Scope[]
  readonly unrestricted: boolean
}

/** What scopes tell besides: any of them who the person is, and each that is good for a calendar which there are. */
const toldBesides = (scopes: readonly Scope[]): readonly Scope[] =>
  scopes.some((scope) => CALENDAR_SCOPES.includes(scope)) ? ['read_account', 'list_calendars'] : ['read_account']

/** In the words of our pages, one sentence per different meaning. */
export const sentencesOf = ({ scopes, unrestricted }: Allowed): readonly string[] => [
  ...meaningsOf([...toldBesides(scopes), ...scopes]),
  ...(unrestricted ? ['Change and delete events it did not create'] : []),
]

/** What is asked for now, and was not before. */
export function sentencesAdded(before: Allowed, now: Allowed): readonly string[] {
  const known = sentencesOf(before)
  return sentencesOf(now).filter((sentence) => !known.includes(sentence))
}
