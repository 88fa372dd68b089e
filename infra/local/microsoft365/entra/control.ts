import { Hono } from 'hono'
import * as z from 'zod'
import type { EntraState } from './state.ts'

const PersonChange = z.strictObject({
  /** Blocks sign-in and every refresh. */
  disabled: z.boolean().optional(),
  /** Makes all codes, refresh tokens and browser sessions of the person worthless. */
  revokeSessions: z.literal(true).optional(),
  /** Forgets what the person granted alone. */
  withdrawConsents: z.literal(true).optional(),
  isAdministrator: z.boolean().optional(),
  /** Object ids of all groups the person is in. */
  groups: z.array(z.guid()).optional(),
})
const OrganisationChange = z.strictObject({
  allowsUserConsent: z.boolean().optional(),
  /** Uninstalls every app. */
  withdrawConsents: z.literal(true).optional(),
})

/** Endpoints of our own, with which tests and people change the directory. */
export function createEntraControl(state: EntraState): Hono {
  const { world, grants, sessions } = state
  const app = new Hono()

  app.post('/_control/people/:oid', async (c) => {
    const person = world.personById(c.req.param('oid'))
    const change = PersonChange.safeParse(await c.req.json())
    if (person === undefined) return c.json({ error: 'there is no such person' }, 404)
    if (!change.success) return c.json({ error: z.prettifyError(change.error) }, 400)
    const { disabled = !person.isEnabled, isAdministrator = person.isAdministrator } = change.data
    Object.assign(person, { isEnabled: !disabled, isAdministrator })
    if (change.data.groups) {
      person.groups.clear()
      for (const group of change.data.groups) person.groups.add(group)
    }
    if (change.data.withdrawConsents) person.consents.clear()
    if (change.data.revokeSessions) {
      grants.revoke(person)
      sessions.revoke(person)
    }
    return c.body(null, 204)
  })

  app.post('/_control/organisations/:tid', async (c) => {
    const organisation = world.organisationById(c.req.param('tid'))
    const change = OrganisationChange.safeParse(await c.req.json())
    if (organisation === undefined) return c.json({ error: 'there is no such organisation' }, 404)
    if (!change.success) return c.json({ error: z.prettifyError(change.error) }, 400)
    organisation.allowsUserConsent = change.data.allowsUserConsent ?? organisation.allowsUserConsent
    if (change.data.withdrawConsents) organisation.adminConsents.clear()
    return c.body(null, 204)
  })
  return app
}
