import type { Writing } from './writing.ts'

export async function isListedAsDeleted(at: Writing): Promise<boolean> {
  const { body } = await at.get('/v1/calendars')
  return (body['calendars'] as { calendar_deleted: boolean }[]).some(({ calendar_deleted }) => calendar_deleted)
}

/** The list of calendars, without one that is there. */
export const withoutCalendar = (at: Writing, id: string) => async (sent: Request) => {
  const answer = await at.fixture.graph.fetch(sent)
  if (!/\/me\/calendars(\?|$)/.test(sent.url) || !answer.ok) return answer
  const page = (await answer.json()) as { value: { id: string }[] }
  return Response.json({ ...page, value: page.value.filter((one) => one.id !== id) })
}
