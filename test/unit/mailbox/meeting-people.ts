import type { Instance } from '../../../infra/local/microsoft365/mailbox/event.ts'
import type { Mailbox } from '../../../infra/local/microsoft365/mailbox/mailbox.ts'
import { graphFixture } from '../../support/graph-stand-in.ts'

export const year = { from: Date.parse('2026-01-01T00:00:00Z'), to: Date.parse('2027-12-31T00:00:00Z') }
export const BO = 'bo.lind@contoso.test'
export const CY = 'cy.berg@contoso.test'

export function people() {
  const { world, person, mailbox: ada } = graphFixture()
  const [bo, cy] = ['Bo Lind', 'Cy Berg'].map((displayName) =>
    world.mailboxOf(world.addPerson({ tid: person.tid, displayName }).oid),
  )
  if (bo === undefined || cy === undefined) throw new Error('everybody has a mailbox')
  return { world, ada, bo, cy }
}

export const inviting = (...addresses: string[]) => ({
  attendees: addresses.map((address) => ({ type: 'required', emailAddress: { name: address, address } })),
})

export const shown = (mailbox: Mailbox) => mailbox.view(year)
export const subjects = (mailbox: Mailbox) => shown(mailbox).map(({ fields }) => fields['subject'])
export const only = (mailbox: Mailbox): Instance => {
  const [first, ...more] = shown(mailbox)
  if (first === undefined || more.length > 0) throw new Error('there is not exactly one event')
  return first
}
export const mailed = (mailbox: Mailbox) => mailbox.mails.map(({ kind, to }) => `${kind} ${to}`)
