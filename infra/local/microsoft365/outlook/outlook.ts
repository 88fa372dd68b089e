import { type Context, Hono } from 'hono'
import type { AccessTokens } from '../entra/tokens.ts'
import { ianaZone } from '../mailbox/zones.ts'
import type { Person, World } from '../world.ts'
import { bundleAssets } from './assets.ts'
import { outlookPage } from './page/page.ts'
import type { Session } from './session.ts'

const SCOPES = ['Calendars.ReadWrite', 'Calendars.ReadWrite.Shared', 'MailboxSettings.Read', 'User.Read']

/**
 * A page at `/outlook?person={oid or address}` for changing a person's calendars by hand. It works through the Graph
 * endpoints, like every other client; only its token comes without a sign-in.
 */
export function createOutlook({ world, tokens }: { world: World; tokens: Pick<AccessTokens, 'issue'> }): Hono {
  const app = new Hono()
  let assets: ReturnType<typeof bundleAssets> | undefined

  const asked = (c: Context): Person | undefined => {
    const text = c.req.query('person') ?? ''
    return world.personById(text) ?? world.personByAddress(text)
  }

  app.get('/outlook', (c) => {
    const person = asked(c)
    if (person !== undefined) return outlookPage(c, world, person)
    const [first] = world.people.values()
    return first === undefined ? c.text('There is nobody here.', 404) : c.redirect(`/outlook?person=${first.oid}`)
  })

  app.get('/outlook/session', (c) => {
    const person = asked(c)
    if (person === undefined) return c.json({ error: 'there is no such person' }, 404)
    c.header('Cache-Control', 'no-store')
    return c.json(sessionOf(world, person, tokens.issue(person, SCOPES)))
  })

  app.get('/outlook/version', (c) => {
    const person = asked(c)
    if (person === undefined) return c.json({ error: 'there is no such person' }, 404)
    c.header('Cache-Control', 'no-store')
    return c.json({ version: versionOf(world, person) })
  })

  app.get('/outlook/assets/:file', async (c) => {
    assets ??= bundleAssets()
    const file = (await assets).get(c.req.param('file'))
    return file === undefined ? c.notFound() : c.body(file.body, 200, { 'Content-Type': file.type })
  })
  return app
}

/** Changes whenever anything in the person's mailbox does. */
const versionOf = (world: World, { oid }: Person): string =>
  world
    .mailboxOf(oid)
    .calendars()
    .map(({ changeKey, store }) => `${changeKey}${store.log.length}`)
    .join(' ')

const MAX_COLLEAGUES = 50

function sessionOf(world: World, person: Person, token: string): Session {
  const colleagues: Session['colleagues'] = []
  for (const { oid, tid, displayName, userPrincipalName } of world.people.values()) {
    if (tid === person.tid && oid !== person.oid) colleagues.push({ name: displayName, address: userPrincipalName })
    if (colleagues.length === MAX_COLLEAGUES) break
  }
  return { token, timeZone: person.timeZone, ianaZone: ianaZone(person.timeZone), colleagues }
}
