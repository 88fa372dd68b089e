import type { Instance, Window } from '../../infra/local/microsoft365/mailbox/event.ts'
import type { Mailbox } from '../../infra/local/microsoft365/mailbox/mailbox.ts'
import { days, type EpochMs, earlier, later, toIsoSeconds } from '../../shared/core/time.ts'

/** Who reads: the same question over the wire and in this process. */
export interface Reader {
  get(path: string): Promise<{ readonly status: number; readonly body: Record<string, unknown> }>
}

/** Inside of the default window of the cache, with a day to spare on either side. */
export const spanAround = (now: EpochMs): Window => ({ from: earlier(now, days(41)), to: later(now, days(200)) })

/** One line for each event of the mailbox that takes place in the span, in order. Ids differ, so they are not in it. */
export const mailboxLines = (mailbox: Mailbox, span: Window): string[] =>
  mailbox
    .calendars()
    .flatMap(({ id }) => mailbox.view(span, id))
    .map(instanceLine)
    .sort()

function instanceLine({ fields, span }: Instance): string {
  const time = (at: number) => toIsoSeconds(at as EpochMs).slice(0, span.isAllDay ? 10 : undefined)
  return `${time(span.startAt)} ${time(span.endAt)} ${fields['subject'] ?? ''}`
}

/** The same lines as our API tells them, all pages. @throws Error when it does not answer 200. */
export async function answerLines(reader: Reader, span: Window): Promise<string[]> {
  const [from, to] = [span.from, span.to].map((at) => toIsoSeconds(at as EpochMs))
  const lines: string[] = []
  let path: string | undefined =
    `/v1/events?${new URLSearchParams({ tzid: 'Etc/UTC', from: from ?? '', to: to ?? '' })}`
  while (path !== undefined) {
    const { status, body } = await reader.get(path)
    if (status !== 200) throw new Error(`reading events was answered with ${status}`)
    lines.push(...(body['events'] as Shown[]).map(({ summary, start, end }) => `${start} ${end} ${summary}`))
    const next: string | undefined = (body['pages'] as { next_page?: string }).next_page
    path = next === undefined ? undefined : new URL(next).pathname
  }
  return lines.sort()
}

interface Shown {
  readonly summary: string
  readonly start: string
  readonly end: string
}
