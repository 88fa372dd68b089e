import type { Organisation, Person } from '../world.ts'
import type { Application } from './applications.ts'
import { Refusal } from './refusal.ts'

/** What each permission means to the person who is asked, by its short name. */
const PERMISSIONS: Record<string, { title: string; detail: string }> = {
  'User.Read': {
    title: 'Sign you in and read your profile',
    detail: 'Your name, e-mail address and organisation.',
  },
  'Calendars.Read': {
    title: 'Read your calendars',
    detail: 'Every event in your calendars, including private ones.',
  },
  'Calendars.ReadWrite': {
    title: 'Have full access to your calendars',
    detail: 'Read, create, change and delete events in all of your calendars.',
  },
  'Calendars.Read.Shared': {
    title: 'Read calendars you can access',
    detail: 'Your own calendars and those that others share with you.',
  },
  'Calendars.ReadWrite.Shared': {
    title: 'Read and write calendars you can access',
    detail: 'Your own calendars and those that others share with you.',
  },
  'MailboxSettings.Read': {
    title: 'Read your mailbox settings',
    detail: 'Your time zone, language and working hours.',
  },
  offline_access: {
    title: 'Maintain access to data you have given it access to',
    detail: 'Also while you are not using the app.',
  },
  openid: { title: 'Sign you in', detail: 'Use your work or school account for signing in.' },
  profile: { title: 'View your basic profile', detail: 'Your name and picture.' },
  email: { title: 'View your e-mail address', detail: 'The main address of your account.' },
}

const SIGN_IN_SCOPES = new Set(['openid', 'profile', 'email', 'offline_access'])
const GRAPH = 'https://graph.microsoft.com/'

/**
 * The short names of what is asked: Graph's address is cut off and `.default` stands for the registered permissions.
 * @throws Refusal 70011 when nothing or something unknown is asked.
 */
export function scopesOf(asked: string | undefined, application: Application): string[] {
  const names = (asked ?? '').split(' ').filter((name) => name !== '')
  const short = names.flatMap((name) => {
    const cut = name.startsWith(GRAPH) ? name.slice(GRAPH.length) : name
    return cut === '.default' ? (application.permissions ?? []) : [cut]
  })
  if (short.length === 0 || short.some((name) => !(name in PERMISSIONS))) throw new Refusal(70011)
  return [...new Set(short)]
}

/** The lines of a consent page, one for each permission, the weightiest first. */
export function describeScopes(scopes: readonly string[]): { title: string; detail: string }[] {
  return Object.entries(PERMISSIONS)
    .filter(([name]) => scopes.includes(name))
    .filter(([name]) => !SIGN_IN_SCOPES.has(name) || name === 'offline_access' || scopes.every(isSignInScope))
    .map(([, text]) => text)
}

const isSignInScope = (name: string): boolean => SIGN_IN_SCOPES.has(name)

/** Whether neither the person nor an administrator has agreed to one of these yet. Sign-in scopes come along with any. */
export function needsConsent(clientId: string, scopes: readonly string[], person: Person, organisation: Organisation) {
  const own = person.consents.get(clientId)
  const everyones = organisation.adminConsents.get(clientId)
  if (own === undefined && everyones === undefined) return true
  return scopes.some((name) => !isSignInScope(name) && !own?.has(name) && !everyones?.has(name))
}

/** Remembers an agreement, next to what was agreed before. */
export function recordConsent(given: Map<string, Set<string>>, clientId: string, scopes: readonly string[]): void {
  given.set(clientId, new Set([...(given.get(clientId) ?? []), ...scopes]))
}
