import type { Dice } from '../../support/dice.ts'
import { mailboxOf } from '../judging/patience.ts'
import type { FaultRates } from '../swarm/swarm.ts'

/** Rounds from the beginning that tell of nothing, as if the calendar were empty (G8): once for each calendar. */
export interface EmptyRounds {
  /** Graph's answer to a request, or one without items, up to the cursor of the round's end. */
  answer(request: Request, ask: (request: Request) => Promise<Response>): Promise<Response>
  /** A person signs in: the account may be a new one, to which nothing has been told. */
  signsIn(oid: string): void
  /** The tables were restored from a backup, in which nothing of what was told need be. */
  forgotten(): void
}

/** The ids of the items of a calendar. */
interface Told {
  /** Those that its rounds have told of by now. */
  readonly now: Set<string>
  /** Those that they had told of by the time of each cursor. */
  readonly by: Map<string, ReadonlySet<string>>
  /** Those of the last cursor that was followed: whoever follows it has kept all that came before it. */
  kept: ReadonlySet<string>
}

interface Page {
  readonly value: readonly { readonly id: string; readonly '@removed'?: unknown }[]
  readonly '@odata.deltaLink'?: string
}

export function createEmptyRounds(dice: Dice, rates: () => FaultRates): EmptyRounds {
  const calendars = new Map<string, Told>()
  const emptied = new Set<string>()

  function toldOf(request: Request): Told {
    const calendar = calendarOf(request)
    const told = calendars.get(calendar) ?? { now: new Set(), by: new Map(), kept: new Set() }
    calendars.set(calendar, told)
    return told
  }

  /** Who knows nothing of a calendar has to believe that it is empty. */
  const isDoubtful = ({ now, kept }: Told): boolean => [...now].some((id) => kept.has(id))

  function isEmptied(request: Request, told: Told): boolean {
    const calendar = calendarOf(request)
    const isFresh = new URL(request.url).searchParams.has('startDateTime')
    if (!isFresh || emptied.has(calendar) || !isDoubtful(told) || !dice.chance(rates().emptyRound)) return false
    emptied.add(calendar)
    return true
  }

  return {
    async answer(request, ask) {
      if (rates().emptyRound === 0 || !/calendarview\/delta$/i.test(new URL(request.url).pathname)) return ask(request)
      const told = toldOf(request)
      if (!isEmptied(request, told)) return noted(told, request, await ask(request))
      return withoutItems(await ask(request), (link) => ask(new Request(link, { headers: request.headers })))
    },
    signsIn(oid) {
      for (const key of calendars.keys()) if (key.startsWith(oid)) calendars.delete(key)
    },
    forgotten: () => calendars.clear(),
  }
}

const calendarOf = (request: Request): string =>
  [mailboxOf(request), decodeURIComponent(new URL(request.url).pathname.split('/').at(-3) ?? '')].join()

/** An answer, as it comes. */
async function noted(told: Told, request: Request, response: Response): Promise<Response> {
  if (!response.ok) return response
  told.kept = told.by.get(cursorOf(request.url) ?? '') ?? told.kept
  const { value, '@odata.deltaLink': end } = (await response.clone().json()) as Page
  for (const item of value) told.now[item['@removed'] ? 'delete' : 'add'](item.id)
  const cursor = end && cursorOf(end)
  if (cursor) told.by.set(cursor, new Set(told.now))
  return response
}

const cursorOf = (url: string): string | null => new URL(url).searchParams.get('$deltatoken')

/** The end of the round that an answer begins, without any item. */
async function withoutItems(first: Response, follow: (link: string) => Promise<Response>): Promise<Response> {
  let response = first
  for (;;) {
    if (!response.ok) return response
    const page = (await response.json()) as Record<string, unknown>
    const next = page['@odata.nextLink']
    if (typeof next !== 'string') return Response.json({ ...page, value: [] })
    response = await follow(next)
  }
}
