import { Hono } from 'hono'
import * as z from 'zod'
import { folderExists, invalidRequest } from '../mailbox/failures.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import { ianaZoneNames, windowsZoneNames } from '../mailbox/zones.ts'
import { needsScope } from './access.ts'
import { type GraphContext, type GraphDependencies, type GraphEnvironment, metadata, readJson } from './context.ts'
import { renderCalendar } from './render.ts'

/** The colours a calendar can be given by name, and what they look like; `hexColor` itself is for reading. */
const COLORS: Readonly<Record<string, string>> = {
  auto: '',
  lightBlue: '#0078d4',
  lightGreen: '#498205',
  lightOrange: '#c25700',
  lightGray: '#69797e',
  lightYellow: '#c19c00',
  lightTeal: '#038387',
  lightPink: '#e3008c',
  lightBrown: '#8e562e',
  lightRed: '#a4262c',
  maxColor: '',
}

const NewCalendar = z.object({
  name: z.string().min(1),
  color: z
    .string()
    .refine((color) => Object.hasOwn(COLORS, color))
    .optional(),
})
const calendarScopes = ['Calendars.ReadWrite', 'Calendars.ReadWrite.Shared']

/** The person, the mailbox settings and the list of calendars. */
export function personRoutes({ faults }: GraphDependencies): Hono<GraphEnvironment> {
  const app = new Hono<GraphEnvironment>()

  app.get('/', needsScope('User.Read', 'User.ReadBasic.All', 'User.Read.All'), (c) => c.json(person(c)))
  app.get('/mailboxSettings', needsScope('MailboxSettings.Read', 'MailboxSettings.ReadWrite'), (c) =>
    c.json({ '@odata.context': metadata(c, `users('${c.get('caller').oid}')/mailboxSettings`), ...settings(c) }),
  )
  app.get('/outlook/supportedTimeZones/:standard?', needsScope('User.Read', 'MailboxSettings.Read'), (c) => {
    const names = c.req.param('standard')?.toLowerCase() === 'iana' ? ianaZoneNames() : windowsZoneNames()
    const value = names.map((name) => ({ alias: name, displayName: name }))
    return c.json({ '@odata.context': metadata(c, 'Collection(microsoft.graph.timeZoneInformation)'), value })
  })

  app.get('/calendars', needsScope(...calendarScopes, 'Calendars.Read'), (c) => {
    const listed = c
      .get('mailbox')
      .calendars()
      .filter(({ name }) => !faults.unlisted.includes(name))
    const value = listed.map(renderCalendar)
    return c.json({ '@odata.context': metadata(c, `users('${c.get('caller').oid}')/calendars`), value })
  })
  app.post('/calendars', needsScope(...calendarScopes), async (c) => {
    const parsed = NewCalendar.safeParse(await readJson(c))
    if (!parsed.success) throw invalidRequest('A calendar needs a name, and a color that there is.')
    const { name, color = 'auto' } = parsed.data
    mustBeNew(c.get('mailbox'), name)
    const made = c.get('mailbox').addCalendar({ name, color, hexColor: COLORS[color] ?? '' })
    return c.json(renderCalendar(made), 201)
  })
  for (const path of ['/calendar', '/calendars/:calendar'])
    app.get(path, needsScope(...calendarScopes, 'Calendars.Read'), (c) => c.json(calendar(c, c.req.param('calendar'))))
  app.patch('/calendars/:calendar', needsScope(...calendarScopes), async (c) => {
    const { name } = NewCalendar.parse(await readJson(c))
    const id = c.req.param('calendar')
    mustBeNew(c.get('mailbox'), name, id)
    return c.json(renderCalendar(c.get('mailbox').renameCalendar(id, name)))
  })
  app.delete('/calendars/:calendar', needsScope(...calendarScopes), (c) => {
    c.get('mailbox').removeCalendar(c.req.param('calendar'))
    return c.body(null, 204)
  })
  return app
}

/**
 * A mailbox has its own calendars in one folder, where names are told apart whatever the case of their letters; those of
 * others are only shown with them.
 */
function mustBeNew(mailbox: Mailbox, name: string, except?: string): void {
  const { mail, userPrincipalName } = mailbox.owner
  const own = mailbox.calendars().filter(({ owner }) => owner.address === (mail ?? userPrincipalName))
  const isSame = (one: string) => one.trim().toLowerCase() === name.trim().toLowerCase()
  if (own.some((one) => one.id !== except && isSame(one.name))) throw folderExists()
}

const calendar = (c: GraphContext, id: string | undefined): object => ({
  '@odata.context': metadata(c, `users('${c.get('caller').oid}')/calendars/$entity`),
  ...renderCalendar(c.get('mailbox').calendar(id)),
})

function person(c: GraphContext): object {
  const { oid, displayName, mail, userPrincipalName } = c.get('mailbox').owner
  const names = displayName.split(' ')
  return {
    '@odata.context': metadata(c, 'users/$entity'),
    id: oid,
    displayName,
    givenName: names[0] ?? null,
    surname: names.length > 1 ? names.at(-1) : null,
    mail,
    userPrincipalName,
    businessPhones: [],
    jobTitle: null,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
  }
}

const settings = (c: GraphContext): object => ({
  timeZone: c.get('mailbox').owner.timeZone,
  dateFormat: 'dd-MM-yyyy',
  timeFormat: 'HH:mm',
  language: { locale: 'da-DK', displayName: 'Danish (Denmark)' },
  workingHours: {
    daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
    startTime: '08:00:00.0000000',
    endTime: '17:00:00.0000000',
    timeZone: { name: c.get('mailbox').owner.timeZone },
  },
})
