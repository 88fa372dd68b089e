import { minutes } from '../../shared/core/time.ts'
import type { Told, Writing } from './writing.ts'

/**
 * An integrator that asks for what has changed since it last asked, as one does that keeps a copy. Some minutes pass with
 * each question, because what is only just older than the question is told with it.
 */
export async function follow({ fixture: { clock }, read }: Writing, calendarId?: string) {
  let since = ''
  const mark = async () => {
    await clock.advance(minutes(6))
    since = `${new Date(clock.now()).toISOString().slice(0, 19)}Z`
  }
  await mark()
  return {
    /** Events that are new, changed or deleted since the last time. */
    async news(): Promise<readonly Told[]> {
      const only = calendarId === undefined ? '' : `&calendar_ids[]=${calendarId}`
      const told = await read(`include_managed=true&include_deleted=true&last_modified=${since}${only}`)
      await mark()
      return told
    },
  }
}

/** What an integrator was told of, in a few words. */
export const inShort = (told: readonly Told[]): string[] =>
  told.map(({ summary, deleted }) => (deleted ? `${summary}, deleted` : summary))

/** An item of a page of changes, as far as these tests look. */
type PageItem = Readonly<Record<string, unknown>>

/** Collects the items of every page of changes that Graph answers from now on. */
export function watchPages({ fixture }: Writing): readonly PageItem[] {
  const items: PageItem[] = []
  fixture.intercept = async (sent) => {
    if (!sent.url.includes('/delta')) return undefined
    const answer = await fixture.graph.fetch(sent)
    const { value = [] } = (await answer.clone().json()) as { value?: PageItem[] }
    items.push(...value)
    return answer
  }
  return items
}
