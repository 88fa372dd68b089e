import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { Mailbox } from '../mailbox/mailbox.ts'
import { adoptPayload } from '../mailbox/payload.ts'

/** A file may hold an event, a page of them in `value`, or either of these under `body`. */
const Page = z.object({ value: z.array(z.unknown()) })
const Wrapped = z.object({ body: z.union([Page, z.looseObject({})]), kind: z.string() })

/**
 * Puts the events of all JSON files of a folder into a mailbox, as they are.
 * @returns the id that each file's events got; no ids for a file that holds no event
 */
export async function loadPayloads(
  mailbox: Mailbox,
  folder: string,
  identity: { newId(): string; now: number },
): Promise<Record<string, string[]>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()
  const loaded: Record<string, string[]> = {}
  for (const name of names) {
    const events = eventsOf(JSON.parse(await readFile(join(folder, name), 'utf8')))
    loaded[name] = events.flatMap(
      (each) => adoptPayload(mailbox, each, { newId: identity.newId(), now: identity.now }) ?? [],
    )
  }
  return loaded
}

function eventsOf(content: unknown): unknown[] {
  const wrapped = Wrapped.safeParse(content)
  const body = wrapped.success ? wrapped.data.body : content
  const page = Page.safeParse(body)
  return page.success ? page.data.value : [body]
}
