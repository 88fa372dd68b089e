import { isFailure } from '../../../shared/core/errors.ts'
import { type DurationMs, seconds } from '../../../shared/core/time.ts'
import type { Dice } from '../../support/dice.ts'
import type { Owner, Scheduler } from '../scheduler.ts'
import type { Swarm } from '../swarm/swarm.ts'
import { textsOf } from './canary.ts'
import { type Asking, type Client, longer, type ReadEvent } from './client.ts'
import type { Ledger } from './ledger.ts'
import { createNovelties, type Novelty } from './novelties.ts'
import { habitsOf } from './person.ts'
import type { Said } from './said.ts'
import type { Notebook, Wish } from './wish.ts'

/** An integrator that changes one person's events at random. */
export interface Writer {
  /** Asks for everything of the run, with pauses, each until it is accepted. */
  work(): Promise<void>
  /** Asks once more for what it asked for last, event by event. @param isToBe which wishes to repeat. */
  repeat(isToBe: (wish: Wish) => boolean): Promise<void>
}

interface Dependencies {
  readonly scheduler: Scheduler
  readonly owner: Owner
  readonly dice: Dice
  readonly swarm: Swarm
  readonly client: Client
  readonly clientId: string
  readonly ledger: Ledger
  readonly notebook: Notebook
  /** Addresses of people to invite. */
  readonly others: readonly string[]
}

type Body = Record<string, unknown> & { readonly event_id: string }

/** A managed event as its integrator keeps it. */
interface Own {
  readonly calendar: string
  readonly body: Body
  /** When it was sent. */
  readonly at: number
}

export function createWriter(dependencies: Dependencies): Writer {
  const { scheduler, owner, dice, swarm, client, clientId, ledger, notebook, others } = dependencies
  const clock = scheduler.clock(owner)
  const text = textsOf(owner.name.replaceAll(' ', ''))
  const own = new Map<string, Own>()
  let told: readonly ReadEvent[] = []
  let calendars: readonly string[] = []
  const deleted: string[] = []
  let [named, guests, toldAt] = [0, 0, 0]

  const { times, rule, change } = createNovelties({ dice, swarm, now: scheduler.now, text })

  const eventsOf = (calendar: string) => `/v1/calendars/${calendar}/events`
  const post = (calendar: string, body: object): Asking => ({ method: 'POST', path: eventsOf(calendar), body })
  const remove = (calendar: string, body: object): Asking => ({ method: 'DELETE', path: eventsOf(calendar), body })

  type Draft = Pick<Wish, 'kind' | 'eventId' | 'uid' | 'seriesUid' | 'seen' | 'asking'> & { readonly fresh?: Said }

  /** Asks until there is an answer that trying again does not change. */
  async function ask({ fresh = {}, ...draft }: Draft): Promise<Wish | undefined> {
    const wish: Wish = { integrator: clientId, ...draft, fresh, sent: ledger.tick(), floor: notebook.highest }
    scheduler.note(`  ${owner.name} asks ${JSON.stringify(draft.asking)}`)
    notebook.wishes.push(wish)
    const lifeThen = notebook.life
    for (let wait: DurationMs = seconds(2); ; wait = longer(swarm, wait)) {
      const { life } = notebook
      try {
        wish.action = await client.ask(draft.asking)
        wish.life = life
        wish.answered = ledger.tick()
        if (life !== lifeThen) wish.floor = -1
        if (life === notebook.life) notebook.highest = Math.max(notebook.highest, wish.action ?? -1)
        scheduler.note(`  ${owner.name} is answered with action ${wish.action}`)
        if (wish.kind === 'upsert' && wish.action === undefined)
          scheduler.violate('I5: a change is answered, and is not stored')
        return wish
      } catch (error) {
        scheduler.note(`  ${owner.name} is not answered: ${error}`)
        if (isFailure(error, 'VALIDATION_FAILED')) scheduler.violate(`an integrator's request is refused: ${error}`)
        if (isFailure(error, 'EVENT_NOT_OWN')) scheduler.violate('an integrator that may change everything is refused')
        if (isFailure(error, 'CALENDAR_READ_ONLY') && swarm.faults.graphRefuses === 0)
          scheduler.violate('a calendar that everybody may write to is read-only')
        if (isFailure(error, 'NOT_FOUND', 'CALENDAR_READ_ONLY')) return undefined
        await clock.sleep(wait)
      }
    }
  }

  async function upsert(calendar: string, body: Body, fresh: Said, more: { based_on?: string; seen?: Said } = {}) {
    const { seen, ...based } = more
    const asking = post(calendar, { ...body, ...based })
    const wish = await ask({ kind: 'upsert', eventId: body.event_id, fresh, seen, asking })
    if (wish !== undefined) own.set(body.event_id, { calendar, body, at: ledger.tick() })
  }

  const someOwn = (act: (one: Own) => Promise<void>) => async () => {
    // Nothing would happen in many a small world.
    await (own.size > 0 ? act(dice.pick([...own.values()])) : create({}))
  }

  const someTold = (isIt: (event: ReadEvent) => boolean, act: (event: ReadEvent) => Promise<void>) => async () => {
    const found = told.filter((event) => event.event_uid !== undefined && event.pending === undefined && isIt(event))
    await (found.length > 0 ? act(dice.pick(found)) : create({}))
  }

  const editing = (calendar: string, body: Body, { fields, said }: Novelty) =>
    upsert(calendar, { ...body, ...fields }, said)

  /** Everything the integrator was told, with a change, as a form in a browser sends it. */
  async function editWhole(event: ReadEvent): Promise<void> {
    const { fields, said } = change()
    const { event_id = '', summary, start, end, description, location, version, calendar_id } = event
    const place = location === undefined ? {} : { location: { description: location.description } }
    const body = { event_id, summary, start, end, description, ...place, ...fields }
    await upsert(calendar_id, body, said, { ...(version && { based_on: version }), seen: saidIn(event) })
  }

  async function editExternal(event: ReadEvent): Promise<void> {
    const { fields, said } = change()
    const { event_uid, calendar_id, version } = event
    const based = dice.chance(0.5) && version !== undefined ? { based_on: version } : {}
    const asking = post(calendar_id, { event_uid, ...fields, ...based })
    const seen = 'based_on' in based ? saidIn(event) : undefined
    const wish = await ask({ kind: 'upsert', uid: event_uid, fresh: said, seen, asking })
    const mine = event.recurring ? undefined : own.get(event.event_id ?? '')
    if (wish !== undefined && mine !== undefined)
      own.set(mine.body.event_id, { ...mine, body: { ...mine.body, ...fields }, at: ledger.tick() })
  }

  async function create(more: object): Promise<void> {
    const [summary, when] = [text(), times()]
    // The name of a deleted event may be used again.
    const event_id = (dice.chance(0.3) && deleted.pop()) || `event ${++named} of ${owner.name}`
    const body = { event_id, summary, ...when.fields, ...more }
    await upsert(dice.pick(calendars), body, { summary, ...when.said })
  }

  /** What was asked for while the answer was on its way is not in it. */
  async function look(): Promise<void> {
    const at = ledger.tick()
    told = await client.look()
    toldAt = at
  }

  const isSeries = ({ body }: Own) => 'recurrence' in body

  const OPERATIONS: Record<string, () => Promise<void>> = {
    'creates an event': () => create({}),
    'creates an event with a place': () => create({ location: { description: text() }, description: text() }),
    'creates a series': () => create({ recurrence: rule() }),
    'edits its event': someOwn(({ calendar, body }) => editing(calendar, body, change())),
    'edits its event again': someOwn(({ calendar, body }) => editing(calendar, body, change())),
    'repeats itself': someOwn(({ calendar, body }) => upsert(calendar, body, {})),
    'says the least': someOwn(async ({ calendar, body }) => {
      const { event_id, start, end } = body
      const summary = text()
      await upsert(calendar, { event_id, summary, start, end }, { summary })
    }),
    'makes its event a series, or the other way round': someOwn(async (one) => {
      await upsert(one.calendar, { ...one.body, recurrence: isSeries(one) ? { rules: [] } : rule() }, {})
    }),
    'invites people': someOwn(({ calendar, body }) => {
      const guest = `guest${++guests}.of.${clientId}@elsewhere.example`
      return upsert(calendar, { ...body, attendees: { invite: [...others, guest].map((email) => ({ email })) } }, {})
    }),
    'deletes its event': someOwn(async ({ calendar, body: { event_id } }) => {
      await ask({ kind: 'delete', eventId: event_id, asking: remove(calendar, { event_id }) })
      own.delete(event_id)
      deleted.push(event_id)
    }),
    'edits what it has read': someTold(
      ({ event_id = '', recurring }) => !recurring && (own.get(event_id)?.at ?? toldAt) < toldAt,
      editWhole,
    ),
    "edits somebody's event": someTold(() => true, editExternal),
    'edits an occurrence': someTold(({ recurring }) => recurring, editExternal),
    "deletes somebody's event": someTold(
      () => true,
      async ({ calendar_id, event_uid }) => {
        await ask({ kind: 'delete', uid: event_uid, asking: remove(calendar_id, { event_uid }) })
      },
    ),
    'answers an invitation': someTold(
      ({ options }) => options?.change_participation_status ?? false,
      async ({ calendar_id, event_uid, series_identifier }) => {
        const status = dice.pick(['accepted', 'tentative', 'declined'])
        const path = `${eventsOf(calendar_id)}/${event_uid}/participation_status`
        const seriesUid = series_identifier?.replace('ser_', 'evt_external_')
        const asking = { method: 'POST', path, body: { status } } as const
        await ask({ kind: 'respond', uid: event_uid, seriesUid, asking })
      },
    ),
    'deletes everything': async () => {
      if (!dice.chance(0.3)) return
      await ask({ kind: 'delete-all', asking: { method: 'DELETE', path: '/v1/events', body: { delete_all: true } } })
      own.clear()
    },
  }

  // Each integrator does some things only, again and again.
  const habits = habitsOf(Object.keys(OPERATIONS), swarm.wishHabits, () => dice.chance(0.6))

  async function untilAnswered<T>(use: () => Promise<T>): Promise<T> {
    for (let wait: DurationMs = seconds(10); ; wait = longer(swarm, wait)) {
      try {
        return await use()
      } catch (error) {
        scheduler.note(`  ${owner.name} is not answered: ${error}`)
        await clock.sleep(wait)
      }
    }
  }

  return {
    async work() {
      while (calendars.length === 0) {
        await clock.sleep(seconds(5))
        calendars = await untilAnswered(client.calendars)
      }
      for (let done = 0; done < swarm.wishes; done++) {
        const pause = dice.chance(0.4) ? 0 : dice.below(swarm.pauseMs)
        await clock.sleep(pause as DurationMs)
        if (dice.chance(0.4)) await look().catch(() => undefined)
        const name = dice.pick(habits)
        scheduler.note(`  ${owner.name} ${name}`)
        await OPERATIONS[name]?.()
      }
    },
    async repeat(isToBe) {
      const last = new Map(notebook.wishes.filter(isOwnUpsert).map((wish) => [wish.eventId, wish]))
      for (const wish of last.values()) if (isToBe(wish)) await client.ask(wish.asking)
    },
  }

  function isOwnUpsert({ integrator, eventId, answered }: Wish): boolean {
    return integrator === clientId && eventId !== undefined && answered !== undefined
  }
}

const saidIn = ({ summary, description, location, start, end }: ReadEvent): Said => ({
  summary,
  description,
  location: location?.description ?? '',
  times: `${start} - ${end}`,
})
