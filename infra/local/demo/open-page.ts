import type { Clock } from '../../../shared/core/time.ts'
import type { LiveMessage } from '../flowagent/messages.ts'
import type { Visitor } from '../visitor.ts'
import { watchFor } from './patience.ts'

/** An open page of FlowAgent, which listens to what the server tells. */
export interface OpenPage {
  /** Waits for a message. @throws Error that names `what` when it is not told within twenty seconds. */
  hear<T>(what: string, wanted: (message: LiveMessage) => T | undefined): Promise<T>
  close(): void
}

export async function openPage(visitor: Visitor, address: string, clock: Clock): Promise<OpenPage> {
  const closing = new AbortController()
  const { body } = await visitor.fetch(address, { signal: closing.signal })
  const told: LiveMessage[] = []
  // Closing the page ends the reading with an error, which is none.
  listen(body, (message) => told.push(message)).catch(() => {})
  return {
    hear: (what, wanted) => watchFor(clock, what, async () => told.map(wanted).find((heard) => heard !== undefined)),
    close: () => closing.abort(),
  }
}

/** Reads server-sent events whose data is one line each. @see https://html.spec.whatwg.org/multipage/server-sent-events.html */
async function listen(body: Response['body'], tell: (message: LiveMessage) => void): Promise<void> {
  if (body === null) return
  let unread = ''
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (unread + text).split('\n')
    unread = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('data: ')) tell(JSON.parse(line.slice('data: '.length)))
  }
}
