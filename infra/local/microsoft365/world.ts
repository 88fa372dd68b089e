import type { Random } from '../../../shared/core/random.ts'
import type { Clock } from '../../../shared/core/time.ts'
import { createMailbox, type Mailbox } from './mailbox/mailbox.ts'

/** A Microsoft 365 tenant. */
export interface Organisation {
  readonly tid: string
  readonly name: string
  /** The part after the `@` of its people's addresses. */
  readonly domain: string
  /** Whether a person may consent to an app alone; when false an administrator must install it first. */
  allowsUserConsent: boolean
  /** What an administrator granted for everyone: app id -> scopes. An app that is here is installed. */
  readonly adminConsents: Map<string, Set<string>>
}

/** A member of an organisation. `oid` and `tid` never change; the addresses may. */
export interface Person {
  readonly oid: string
  readonly tid: string
  displayName: string
  /** Null for people without a mail address, as Graph reports them. */
  mail: string | null
  userPrincipalName: string
  /** A Windows zone name, as mailbox settings carry it. */
  timeZone: string
  isAdministrator: boolean
  /** Object ids of the groups they are in, those within groups too. */
  readonly groups: Set<string>
  /** False when the administrator blocked sign-in. */
  isEnabled: boolean
  /** What their administrator assigned to them: app id -> values of app roles. */
  readonly appRoles: Map<string, ReadonlySet<string>>
  /** What the person granted alone: app id -> scopes. */
  readonly consents: Map<string, Set<string>>
}

export interface NewOrganisation {
  readonly tid?: string
  readonly name: string
  readonly domain: string
  readonly allowsUserConsent?: boolean
}

export interface NewPerson {
  readonly oid?: string
  readonly tid: string
  readonly displayName: string
  /** The part before the `@`; made from the name when absent. */
  readonly alias?: string
  readonly timeZone?: string
  readonly isAdministrator?: boolean
  readonly groups?: readonly string[]
  /** By app id. */
  readonly appRoles?: Readonly<Record<string, readonly string[]>>
}

/** The directory and the mailboxes of everybody in it: the whole state behind Entra, Graph and Outlook. */
export interface World {
  readonly clock: Clock
  readonly random: Random
  readonly organisations: ReadonlyMap<string, Organisation>
  readonly people: ReadonlyMap<string, Person>
  addOrganisation(organisation: NewOrganisation): Organisation
  addPerson(person: NewPerson): Person
  organisationById(tid: string): Organisation | undefined
  personById(oid: string): Person | undefined
  /** Finds a person by user principal name or mail address, in any case. */
  personByAddress(address: string): Person | undefined
  /** The mailbox of a person of this world. @throws Error for an unknown `oid`: that is a bug in the caller. */
  mailboxOf(oid: string): Mailbox
}

/** A world with nobody in it. */
export function createWorld({ clock, random }: { clock: Clock; random: Random }): World {
  const organisations = new Map<string, Organisation>()
  const people = new Map<string, Person>()
  const addresses = new Map<string, Person>()
  const mailboxes = new Map<string, Mailbox>()

  function addPerson(given: NewPerson): Person {
    const organisation = organisations.get(given.tid)
    if (organisation === undefined) throw new Error('a person belongs to an organisation of this world')
    const address = `${given.alias ?? aliasOf(given.displayName)}@${organisation.domain}`
    if (addresses.has(address.toLowerCase())) throw new Error('no two people of a world share an address')
    const person = newPerson(given, given.oid ?? randomGuid(random), address)
    people.set(person.oid, person)
    addresses.set(address.toLowerCase(), person)
    mailboxes.set(person.oid, createMailbox({ owner: person, clock, random, recipientAt }))
    return person
  }

  const recipientAt = (address: string) => mailboxes.get(addresses.get(address.toLowerCase())?.oid ?? '')

  return {
    clock,
    random,
    organisations,
    people,
    addPerson,
    addOrganisation(given) {
      const organisation: Organisation = {
        tid: given.tid ?? randomGuid(random),
        name: given.name,
        domain: given.domain,
        allowsUserConsent: given.allowsUserConsent ?? true,
        adminConsents: new Map(),
      }
      organisations.set(organisation.tid, organisation)
      return organisation
    },
    organisationById: (tid) => organisations.get(tid),
    personById: (oid) => people.get(oid),
    personByAddress: (address) => addresses.get(address.toLowerCase()),
    mailboxOf(oid) {
      const mailbox = mailboxes.get(oid)
      if (mailbox === undefined) throw new Error('every person of the world has a mailbox')
      return mailbox
    },
  }
}

const newPerson = (given: NewPerson, oid: string, address: string): Person => ({
  oid,
  tid: given.tid,
  displayName: given.displayName,
  mail: address,
  userPrincipalName: address,
  timeZone: given.timeZone ?? 'Romance Standard Time',
  isAdministrator: given.isAdministrator ?? false,
  groups: new Set(given.groups),
  isEnabled: true,
  appRoles: new Map(Object.entries(given.appRoles ?? {}).map(([appId, roles]) => [appId, new Set(roles)])),
  consents: new Map(),
})

/** Whether `named`, an oid or an address, is the person with this oid; nobody named is everybody. */
export function isPerson(world: World, named: string | undefined, oid: string | undefined): boolean {
  if (named === undefined) return true
  return (world.personById(named) ?? world.personByAddress(named))?.oid === oid
}

const aliasOf = (displayName: string): string =>
  displayName
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '.')
    .replace(/^\.|\.$/g, '')

/** A version 4 GUID. */
export function randomGuid(random: Random): string {
  const bytes = Uint8Array.from(random.bytes(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Buffer.from(bytes).toString('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
