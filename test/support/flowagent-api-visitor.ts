import { startFlowAgent } from '../../infra/local/flowagent/flowagent.ts'
import type { LiveMessage } from '../../infra/local/flowagent/messages.ts'
import { createVisitor } from '../../infra/local/visitor.ts'
import { systemRandom } from '../../shared/core/random.ts'
import { type Clock, systemClock } from '../../shared/core/time.ts'
import { eventually } from './eventually.ts'
import { freePort } from './flowagent.ts'
import { type FakeApi, startFakeApi } from './flowagent-api.ts'

export interface Answer {
  status: number
  body: Record<string, unknown>
}

/** Somebody connected, who asks FlowAgent's server what its pages ask. */
export interface ConnectedVisitor {
  api: FakeApi
  url: string
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** What the server has told the open page so far. */
  readonly told: readonly LiveMessage[]
  /** Waits until the page was told of such a message. */
  hears(type: LiveMessage['type'], isIt?: (message: LiveMessage) => boolean): Promise<void>
  /** Nothing that FlowAgent waits for comes to its end before the function that this returns is called. */
  freeze(): () => void
  /** Ends FlowAgent in order, as a deployment does. */
  stop(): Promise<void>
  close(): Promise<void>
}

/** Waiting takes a fortieth of its time: what is held for six seconds is held for 150 ms. */
const HASTE = 40
const hasty = (isOver: () => Promise<void>): Clock => ({
  now: systemClock.now,
  async sleep(duration) {
    await new Promise((resolve) => setTimeout(resolve, duration / HASTE))
    await isOver()
  },
})

export async function connectVisitor(): Promise<ConnectedVisitor> {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const api = await startFakeApi(`${url}/oauth/callback`)
  const client = { apiUrl: api.url, publicUrl: url, clientId: 'flowagent', clientSecret: 'not-a-secret' }
  let isThawed = Promise.resolve()
  const clock = hasty(() => isThawed)
  const flowAgent = await startFlowAgent({ port, ...client, clock, random: systemRandom, log: () => undefined })
  const visitor = createVisitor()
  const told: LiveMessage[] = []
  const page = new AbortController()
  let isStopped = false

  async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const content = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
    const own = { Origin: url, 'Content-Type': 'application/json', ...headers }
    const answer = await visitor.fetch(url + path, { method, headers: own, ...content })
    return { status: answer.status, body: (await answer.json().catch(() => ({}))) as Record<string, unknown> }
  }

  async function follow(): Promise<void> {
    const stream = await visitor.fetch(`${url}/live`, { signal: page.signal })
    let rest = ''
    for await (const part of (stream.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
      const lines = (rest + part).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line.startsWith('data: ')) told.push(JSON.parse(line.slice(6)) as LiveMessage)
    }
  }

  function freeze(): () => void {
    let thaw = () => {}
    isThawed = new Promise((resolve) => {
      thaw = resolve
    })
    return thaw
  }

  async function stop(): Promise<void> {
    if (isStopped) return
    isStopped = true
    await flowAgent.close()
  }

  await visitor.open(`${url}/settings`)
  await visitor.open(String((await ask('POST', '/connect')).body['location']))
  follow().catch(() => undefined) // ends with the page, or with the server
  await eventually('the page is open', () => told.length > 1)
  return {
    api,
    url,
    ask,
    told,
    hears: (type, isIt = () => true) =>
      eventually(`the page hears of ${type}`, () => told.some((message) => message.type === type && isIt(message))),
    freeze,
    stop,
    async close() {
      page.abort()
      await stop()
      await api.close()
    },
  }
}
