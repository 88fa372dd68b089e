import { startFunctionsHost } from '../../../../infra/local/functions-host/start-functions-host.ts'
import { buildApp } from '../../../support/built-app.ts'
import { serve } from '../weight.ts'

/** In bytes; much less than where it is deployed, so that it is easily passed. */
const BODY_LIMIT = 100_000

/** Tells which request it got, and how long its body was. */
const ECHO = `app.http('echo', {
  methods: ['GET', 'POST', 'PUT'], route: 'echo/{n}',
  handler: async (request) => ({ jsonBody: { n: request.params.n, length: (await request.text()).length } }),
})`

const app = await buildApp({ functions: { echo: ECHO } })
const host = await startFunctionsHost({
  appDirectory: app.directory,
  port: 0,
  environment: { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: String(BODY_LIMIT) },
  masterKey: 'k',
  write: (line) => process.stderr.write(`${line}\n`),
})
await app[Symbol.asyncDispose]()
serve({ port: host.port, address: host.url }, async () => {})
