/** Somebody who changes a calendar in Outlook: calls of Graph with a token of their own. */
export interface Outlook {
  find(subject: string): Promise<string>
  create(event: Record<string, unknown>): Promise<string>
  change(id: string, fields: Record<string, unknown>): Promise<void>
  remove(id: string): Promise<void>
}

/** @param base address of the Microsoft 365 stand-in. */
export async function openOutlook(base: string, person: string): Promise<Outlook> {
  const given = await fetch(`${base}/_control/token`, json('POST', { person }))
  const { token } = (await given.json()) as { token: string }
  const call = async (path: string, init: RequestInit = {}): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${base}/v1.0/me/${path}`, {
      ...init,
      headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` },
    })
    if (!answer.ok) throw new Error(`Outlook: ${init.method ?? 'GET'} was answered with ${answer.status}`)
    return answer.status === 204 ? {} : ((await answer.json()) as Record<string, unknown>)
  }
  return {
    async find(subject) {
      const { value } = await call('events?$top=500')
      const found = (value as { id: string; subject: string; type: string }[]).find(
        (event) => event.subject === subject,
      )
      if (found === undefined) throw new Error('the seeded event is not there')
      return found.id
    },
    create: async (event) => String((await call('events', json('POST', event)))['id']),
    change: async (id, fields) => {
      await call(`events/${id}`, json('PATCH', fields))
    },
    remove: async (id) => {
      await call(`events/${id}`, { method: 'DELETE' })
    },
  }
}

const json = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
