import { env } from 'node:process'
import { createAdministration } from './administration.ts'
import { type AppRegistry, createAppRegistry } from './app-registry.ts'
import { type Background, startBackground } from './background.ts'
import { describeFunction } from './describe.ts'
import { readHostJson } from './host-json.ts'
import { createRouter } from './http-routes.ts'
import { createHttpServer, type HttpServer } from './http-server.ts'
import { createInvoker, type Invoker, writeLog } from './invocation.ts'
import { type LoadFailure, loadApp, reasonOf } from './load-app.ts'
import { type WriteLine, writeEvent } from './output.ts'
import { type HostedFunction, understand, withTrigger } from './triggers.ts'

const BODY_LIMIT = 100 * 1024 * 1024
const DRAIN_LIMIT = 10_000

export interface FunctionsHostOptions {
  /** The built app: the folder of its package.json and host.json. */
  appDirectory: string
  /** 0 takes a free port. */
  port: number
  host?: string
  /** Settings of the app; they become part of `process.env`, because that is where an app looks. */
  environment: Readonly<Record<string, string>>
  /** Opens the functions that are not anonymous, and the administration endpoints. */
  masterKey: string
  /** A folder that remembers when each timer ran, so that a due time missed while the host was down is made up for. */
  timerFolder?: string | undefined
  /** How long `close` waits for running functions, in milliseconds. 10 seconds when absent. */
  drainLimit?: number | undefined
  /** Takes each line of output: the app's own as they are, the host's as JSON. Standard output when absent. */
  write?: WriteLine
}

export interface FunctionsHost {
  port: number
  url: string
  /** What could not be started. The rest is served. */
  failures: readonly LoadFailure[]
  /** Takes no new work, waits for the running functions, and gives the sessions of the queues back. */
  close(): Promise<void>
}

/**
 * Serves a built app in this process as the Azure Functions host and its Node worker do together.
 * @throws when the app cannot be read at all, or the port is taken.
 */
export async function startFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const { appDirectory, host = '127.0.0.1', write = console.log } = options
  Object.assign(env, options.environment)
  const settings = await readHostJson(appDirectory)
  const registry = createAppRegistry((level, category, message) => writeLog(write, level, category, message))
  const loaded = await loadFunctions(appDirectory, registry, settings.http.routePrefix)
  await registry.runHooks('appStart', { functionAppDirectory: appDirectory, hookData: {} })
  const invoker = createInvoker(registry, write)
  const background = await startBackground({
    functions: loaded.functions,
    settings: env,
    hostSettings: settings,
    timerFolder: options.timerFolder,
    invoker,
    write,
  })
  const server = createHttpServer({
    functions: withTrigger(loaded.functions, 'httpTrigger'),
    routePrefix: settings.http.routePrefix,
    invoker,
    administration: createAdministration(options.masterKey, background.find),
    masterKey: options.masterKey,
    bodyLimit: Number(env['FUNCTIONS_REQUEST_BODY_SIZE_LIMIT'] ?? BODY_LIMIT),
    libraryUrl: await libraryUrl(registry),
    write,
  })
  const port = await server.listen(options.port, host)
  const url = `http://${host}:${port}`
  const failures = [...loaded.failures, ...background.failures]
  const functions = loaded.functions.map((hosted) => describeFunction(hosted, url, settings.http.routePrefix))
  writeEvent(write, 'functions-ready', { url, functions, failures })
  const close = () =>
    closeInOrder({ registry, invoker, server, background, drainLimit: options.drainLimit ?? DRAIN_LIMIT })
  return { port, url, failures, close }
}

/** A function that cannot be served is a failure with its name, and leaves the others alone. */
async function loadFunctions(appDirectory: string, registry: AppRegistry, routePrefix: string) {
  const failures = await loadApp(appDirectory, registry)
  if (registry.functions.length === 0 && failures.length === 0) {
    throw new Error('the app registered no function; a process can load the same app only once')
  }
  const functions: HostedFunction[] = []
  for (const registered of registry.functions) {
    try {
      const hosted = understand(registered, env)
      createRouter(withTrigger([hosted], 'httpTrigger'), routePrefix)
      functions.push(hosted)
    } catch (error) {
      failures.push({ source: registered.metadata.name, reason: reasonOf(error) })
    }
  }
  return { functions, failures }
}

/** The address to which the library wants HTTP bodies streamed, when the app asked for that. */
async function libraryUrl(registry: AppRegistry): Promise<string | undefined> {
  const capabilities = await registry.model()?.getCapabilities?.({})
  return capabilities?.['HttpUri']
}

interface Running {
  registry: AppRegistry
  invoker: Invoker
  server: HttpServer
  background: Background
  drainLimit: number
}

/** Nothing new begins; then running functions end, are answered and settled; then the rest is cut. */
async function closeInOrder({ registry, invoker, server, background, drainLimit }: Running): Promise<void> {
  const limit = new Promise((resolve) => setTimeout(resolve, drainLimit).unref())
  const ended = Promise.all([server.stopAccepting(), background.stop()])
  await Promise.race([limit, Promise.all([ended, invoker.drained()])])
  await registry.runHooks('appTerminate', { hookData: {} })
  server.close()
  await background.close()
}
