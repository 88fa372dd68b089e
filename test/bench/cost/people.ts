import { fillMailbox, MailboxOrder } from '../../../infra/local/microsoft365/control/mailboxes.ts'
import type { Mailbox } from '../../../infra/local/microsoft365/mailbox/mailbox.ts'
import { type DurationMs, days, type EpochMs, elapsed, later, toIsoSeconds } from '../../../shared/core/time.ts'
import type { Connection } from '../../support/authorization.ts'
import { type Deployment, graphKind } from './deployment.ts'
import { DAY_BEGINS, DAY_LASTS, type DayOfUse, TOKEN_LASTS, USE } from './use.ts'

/** Somebody who uses the service, and the integrator that acts for them. */
export interface PersonOfUse {
  readonly account: string
  /** Does what they do until now on a day of this kind. */
  act(day: DayOfUse, midnight: EpochMs): Promise<void>
}

/** @param isPolled whether Graph takes no subscription for their mailbox. */
export async function connectPeople(deployment: Deployment, count: number, isPolled: boolean): Promise<PersonOfUse[]> {
  const { fixture, meter } = deployment
  fixture.faults.notifications.copies = 2
  fixture.intercept = (sent) => {
    const { pathname } = new URL(sent.url)
    meter.add('graph', graphKind({ method: sent.method, path: pathname }))
    const isRefused = isPolled && sent.method === 'POST' && pathname.endsWith('/subscriptions')
    return isRefused
      ? Response.json({ error: { code: 'ExtensionError', message: 'not here' } }, { status: 403 })
      : undefined
  }
  const people: PersonOfUse[] = []
  for (let index = 0; index < count; index++) people.push(await connect(deployment, index))
  return people
}

async function connect(deployment: Deployment, index: number): Promise<PersonOfUse> {
  const { fixture } = deployment
  const order = MailboxOrder.parse({ seed: index + 1, singles: USE.singles, series: USE.series })
  const { person, mailbox } = fillMailbox(fixture.world, order)
  for (let other = 0; other < USE.otherCalendars; other++)
    mailbox.addCalendar({ name: `Other ${other}`, canEdit: false })
  const connection = await fixture.connect(person)
  const account = fixture.queue[0]?.account ?? ''
  await fixture.settle()
  const url = `https://integrator.example/${index}`
  const made = await connection.send('POST', '/v1/channels', { callback_url: url })
  if (made.status !== 200) throw new Error(`a channel was answered with ${made.status}`)
  await fixture.settle()
  return createPerson(deployment, { account, mailbox, connection, url })
}

interface Parts {
  readonly account: string
  readonly mailbox: Mailbox
  readonly connection: Connection
  readonly url: string
}

function createPerson(deployment: Deployment, { account, mailbox, connection, url }: Parts): PersonOfUse {
  const { fixture, execution, meter } = deployment
  const { clock, receivers } = fixture
  let tokensAt = clock.now()
  let told = receivers.received.length
  let done = { day: 0 as EpochMs, changed: 0, asked: 0, shown: 0 }
  let path = ''

  async function ask(method: 'GET' | 'POST', where: string, body?: object): Promise<Record<string, unknown>> {
    if (elapsed(tokensAt, clock.now()) > TOKEN_LASTS) {
      await execution('http', () => connection.refresh())
      tokensAt = clock.now()
    }
    const call = { method, path: where, ...(body !== undefined && { body }) }
    const { status, body: answer } = await execution('http', () => connection.call(call))
    if (status >= 300) throw new Error(`${where} was answered with ${status}`)
    meter.add('bytes', 'answered', JSON.stringify(answer ?? '').length)
    return (answer ?? {}) as Record<string, unknown>
  }

  const read = (query: Readonly<Record<string, string>>) =>
    ask('GET', `/v1/events?${new URLSearchParams({ tzid: 'Europe/Copenhagen', include_managed: 'true', ...query })}`)

  /** What the integrator does when it is told of changes. */
  async function followNews(): Promise<void> {
    const news = receivers.received.slice(told).filter((one) => one.url === url)
    told = receivers.received.length
    for (const { notification } of news)
      if (notification.changes_since !== undefined)
        await read({ last_modified: notification.changes_since, include_deleted: 'true' })
  }

  async function changeSomething(number: number): Promise<void> {
    path ||= await pathOf(await ask('GET', '/v1/calendars'))
    const start = toIsoSeconds(later(clock.now(), days(number + 1)))
    const end = toIsoSeconds(later(clock.now(), (days(number + 1) + 3_600_000) as DurationMs))
    await ask('POST', path, { event_id: `asked-${clock.now()}`, summary: `Asked ${number}`, start, end })
  }

  const showWeek = () =>
    read({ from: toIsoSeconds(clock.now()).slice(0, 10), to: toIsoSeconds(later(clock.now(), days(7))).slice(0, 10) })

  return {
    account,
    async act(day, midnight) {
      if (done.day !== midnight) done = { day: midnight, changed: 0, asked: 0, shown: 0 }
      const share = Math.min(1, Math.max(0, (elapsed(midnight, clock.now()) - DAY_BEGINS) / DAY_LASTS))
      await followNews()
      while (done.changed < Math.floor(day.changesInOutlook * share))
        changeInOutlook(mailbox, done.changed++, clock.now())
      while (done.asked < Math.floor(day.changesAsked * share)) await changeSomething(done.asked++)
      while (done.shown < Math.floor(day.weeksShown * share)) {
        done.shown += 1
        await showWeek()
      }
    },
  }
}

/** A third each is created, edited and moved; one of a day is deleted. */
function changeInOutlook(mailbox: Mailbox, number: number, now: EpochMs): void {
  const singles = [...mailbox.calendar().store.items.values()].filter(({ recurrence }) => recurrence === undefined)
  const picked = singles[(number * 37) % singles.length]?.id ?? ''
  const day = toIsoSeconds(later(now, days(2 + number))).slice(0, 10)
  const at = (hour: string) => ({ dateTime: `${day}T${hour}:00:00`, timeZone: 'UTC' })
  const times = { start: at('09'), end: at('10') }
  if (number === 5) mailbox.remove(picked)
  else if (number % 3 === 0) mailbox.create({ subject: `Created ${now}`, ...times })
  else mailbox.patch(picked, number % 3 === 1 ? { subject: `Renamed ${now}` } : times)
}

async function pathOf(body: Record<string, unknown>): Promise<string> {
  const listed = body['calendars'] as { calendar_id: string; calendar_readonly: boolean }[]
  return `/v1/calendars/${listed.find((calendar) => !calendar.calendar_readonly)?.calendar_id}/events`
}
