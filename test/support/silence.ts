import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** Longer than any answer of a stand-in takes. */
export const patient = (): AbortSignal => AbortSignal.timeout(30_000)

export const impatient = (): AbortSignal => AbortSignal.timeout(100)

const SILENCES = {
  'takes the request and says nothing': undefined,
  'answers with headers and half a body': '{"token_type":"Bearer","access_to',
}
export type Silence = keyof typeof SILENCES
export const silences = Object.keys(SILENCES) as Silence[]

/** The address of a server that never ends an answer, and how often it was asked. */
export async function startSilence(silence: Silence): Promise<{ url: string; asked: () => number }> {
  let asked = 0
  const server = createServer((_, answer) => {
    asked++
    const half = SILENCES[silence]
    if (half === undefined) return
    answer.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 })
    answer.write(half)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked }
}
