/** Every scope an integrator may ask for, and what it means in the words of the consent page. */
const MEANINGS = {
  read_events: 'See your events',
  create_event: 'Add and change the events it manages in your calendars, and invite people to them in your name',
  delete_event: 'Delete the events it manages in your calendars',
  read_free_busy: 'See when you are free or busy',
  create_calendar: 'Create calendars',
  change_participation_status: 'Answer invitations for you',
  event_reminders: 'Set reminders on the events it manages',
  list_calendars: 'See the names of your calendars',
  read_account: 'See your name, e-mail address and time zone',
  read_write: 'See your events; add, change and delete the events it manages, and invite people to them in your name',
  read_only: 'See your events',
  write_only: 'Add, change and delete the events it manages, and invite people to them in your name',
  free_busy: 'See when you are free or busy',
  free_busy_write:
    'See when you are free or busy; add, change and delete the events it manages, and invite people to them in your name',
} as const

export type Scope = keyof typeof MEANINGS

/** What a scope allows, in plain words. */
export const scopeMeaning = (scope: Scope): string => MEANINGS[scope]

export const SCOPES = Object.keys(MEANINGS) as readonly Scope[]

/** Any of these lets an integrator read events. */
export const READING_SCOPES: readonly Scope[] = ['read_events', 'read_write', 'read_only']

/** Any of these lets an integrator know when a person is free or busy. */
export const FREE_BUSY_SCOPES: readonly Scope[] = ['read_free_busy', 'free_busy', 'free_busy_write', ...READING_SCOPES]

/** Older scopes that stand for several of the others. */
const COMBINED: readonly Scope[] = ['read_write', 'write_only', 'free_busy_write']

/** Any of these lets an integrator create and change events. */
export const UPSERTING_SCOPES: readonly Scope[] = ['create_event', ...COMBINED]

/** Any of these lets an integrator delete events. */
export const DELETING_SCOPES: readonly Scope[] = ['delete_event', ...COMBINED]

/** This alone lets an integrator answer invitations: the older scopes do not tell the person so. */
export const ANSWERING_SCOPES: readonly Scope[] = ['change_participation_status']

/** Any of these lets an integrator change or delete events. */
export const CHANGING_SCOPES: readonly Scope[] = ['create_event', 'delete_event', ...COMBINED]

/** Any of these lets an integrator have actions, and so read what became of them. */
export const ACTION_SCOPES: readonly Scope[] = [...CHANGING_SCOPES, 'change_participation_status']

/** Any of these lets an integrator see the calendars by their names: whoever may read or write in one has to choose it. */
export const CALENDAR_SCOPES: readonly Scope[] = [
  'list_calendars',
  'create_calendar',
  ...READING_SCOPES,
  ...CHANGING_SCOPES,
]

/** Any of these lets an integrator be told of changes: that is a part of reading. Of its own events it may always know. */
export const toldWith = (onlyManaged: boolean): readonly Scope[] => [
  ...FREE_BUSY_SCOPES,
  ...(onlyManaged ? CHANGING_SCOPES : []),
]

const isScope = (text: string): text is Scope => Object.hasOwn(MEANINGS, text)

/**
 * The scopes of a space separated list, each once, in the order given.
 * @returns undefined when the list is empty or names a scope that does not exist. @see RFC 6749 section 3.3
 */
export function parseScopes(list: string): readonly Scope[] | undefined {
  const names = list.split(' ').filter((name) => name !== '')
  return names.length > 0 && names.every(isScope) ? [...new Set(names)] : undefined
}

/** What the scopes allow, one sentence per different meaning. */
export const meaningsOf = (scopes: readonly Scope[]): readonly string[] => [
  ...new Set(scopes.map((scope) => MEANINGS[scope])),
]
