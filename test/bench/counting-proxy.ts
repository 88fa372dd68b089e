import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A table service, seen through a proxy that counts what is asked of it. */
export interface CountedTables {
  readonly url: string
  /** Rows that commits have written so far, into all tables. */
  rowsWritten(): number
  /** How often somebody has read the state of an account, as each visit does once when it begins. */
  statesRead(account: string): number
  close(): Promise<void>
}

/** One write of an entity-group transaction. */
const WRITE = /^(?:PUT|POST|PATCH|MERGE|DELETE) http/gm
const STATE = /PartitionKey eq '(acc_[^']+)' and RowKey ge 'state\.'/

/** Passes everything on to the table service at `target`. */
export async function startCountingProxy(target: string): Promise<CountedTables> {
  const agent = new Agent({ keepAlive: true })
  const { hostname, port, pathname } = new URL(target)
  const states = new Map<string, number>()
  let rowsWritten = 0

  const server = createServer(async (incoming, outgoing) => {
    const { method, url = '', headers } = incoming
    const body = Buffer.concat(await incoming.toArray())
    if (url.includes('$batch')) rowsWritten += body.toString('latin1').match(WRITE)?.length ?? 0
    const [, account] = STATE.exec(decodeURIComponent(url.replaceAll('+', ' '))) ?? []
    if (account !== undefined) states.set(account, (states.get(account) ?? 0) + 1)
    const passed = request({ hostname, port, method, path: url, headers, agent }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    passed.on('error', () => outgoing.destroy())
    passed.end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    rowsWritten: () => rowsWritten,
    statesRead: (account) => states.get(account) ?? 0,
    async close() {
      server.closeAllConnections()
      agent.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
