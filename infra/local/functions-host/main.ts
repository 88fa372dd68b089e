import { argv, env, exit } from 'node:process'
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { obeyParent, setAhead } from './passing-time.ts'
import { readLocalSettings } from './settings.ts'
import { startFunctionsHost } from './start-functions-host.ts'
import { outliveStrayRejections } from './stray-rejections.ts'

const Options = z.object({
  app: z.string().default('.'),
  port: z.coerce.number().int().default(7071),
  host: z.string().default('127.0.0.1'),
  timers: z.string().optional(),
  'drain-limit': z.coerce.number().optional(),
  ahead: z.coerce.number().optional(),
})

/**
 * The host as a process of its own. `--app` is the folder of the built app, `--port` and `--host` say where it listens,
 * `--timers` is the folder that remembers the timers, `--drain-limit` the milliseconds that running functions get when
 * the process ends, `--ahead` how many milliseconds its clock is ahead of the machine's. `FUNCTIONS_MASTER_KEY` holds the master key. Settings that are missing in the environment come from
 * local.settings.json, as with Azure Functions Core Tools.
 */
async function main(): Promise<void> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: argv.slice(2),
    options: { app: text, port: text, host: text, timers: text, 'drain-limit': text, ahead: text },
  })
  const { app, port, host, timers, 'drain-limit': drainLimit, ahead } = Options.parse(values)
  if (ahead !== undefined) setAhead(ahead)
  obeyParent()
  outliveStrayRejections()
  const { FUNCTIONS_MASTER_KEY: masterKey } = z.object({ FUNCTIONS_MASTER_KEY: z.string() }).parse(env)
  const settings = Object.entries(await readLocalSettings(app)).filter(([name]) => env[name] === undefined)
  const environment = Object.fromEntries(settings)
  const functionsHost = await startFunctionsHost({
    appDirectory: app,
    port,
    host,
    environment,
    masterKey,
    timerFolder: timers,
    drainLimit,
  })
  endOnRequest(() => functionsHost.close())
}

const END_LIMIT_MS = 14_000

/** Ends on the usual signals, and when the parent is gone, so that a killed `npm start` leaves nothing behind. */
function endOnRequest(close: () => Promise<void>): void {
  let ending = false
  const end = () => {
    if (ending) return
    ending = true
    // The broker or a function may never answer; nobody is waiting for this process any more then.
    setTimeout(() => exit(1), END_LIMIT_MS).unref()
    close().then(
      () => exit(0),
      (error) => fail(error),
    )
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  process.on('disconnect', end)
}

function fail(error: unknown): never {
  console.error(error)
  exit(1)
}

main().catch(fail)
