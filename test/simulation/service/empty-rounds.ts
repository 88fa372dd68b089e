import type { Dice } from '../../support/dice.ts'
import type { FaultRates } from '../swarm/swarm.ts'

/** Rounds from the beginning that tell of nothing, as if the calendar were empty (G8): once for each calendar. */
export interface EmptyRounds {
  /** Graph's answer to a request, or one without items, up to the cursor of the round's end. */
  answer(request: Request, ask: (request: Request) => Promise<Response>): Promise<Response>
}

export function createEmptyRounds(dice: Dice, rates: () => FaultRates): EmptyRounds {
  /** Calendars that were read to the end before: who has read nothing has to believe what it is told. */
  const read = new Set<string>()
  const emptied = new Set<string>()

  function isEmptied({ pathname, searchParams }: URL): boolean {
    const calendar = decodeURIComponent(pathname.split('/').at(-3) ?? '')
    if (searchParams.has('$deltatoken')) read.add(calendar)
    if (!searchParams.has('startDateTime') || !read.has(calendar) || emptied.has(calendar)) return false
    if (!dice.chance(rates().emptyRound)) return false
    emptied.add(calendar)
    return true
  }

  return {
    async answer(request, ask) {
      const url = new URL(request.url)
      const isRound = /calendarview\/delta$/i.test(url.pathname)
      if (!isRound || !isEmptied(url)) return ask(request)
      return withoutItems(await ask(request), (link) => ask(new Request(link, { headers: request.headers })))
    },
  }
}

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
