import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Administration, isAdminPath } from './administration.ts'
import { createRouter, type RouteMatch } from './http-routes.ts'
import { answerStreamed } from './http-stream.ts'
import { answerBuffered, type HttpCall } from './http-trigger.ts'
import { FunctionFailed, type Invoker } from './invocation.ts'
import { reasonOf } from './load-app.ts'
import { isMasterKey } from './master-key.ts'
import { type WriteLine, writeEvent } from './output.ts'
import type { HostedFunction, HttpTrigger } from './triggers.ts'

interface HttpServerOptions {
  functions: readonly HostedFunction<HttpTrigger>[]
  routePrefix: string
  invoker: Invoker
  administration: Administration
  masterKey: string
  /** In bytes. The real host takes the setting `FUNCTIONS_REQUEST_BODY_SIZE_LIMIT`, 100 MB when absent. */
  bodyLimit: number
  /** Where the library takes streams; absent when the app did not ask for streaming. */
  libraryUrl: string | undefined
  write: WriteLine
}

export interface HttpServer {
  listen(port: number, host: string): Promise<number>
  /** Takes no new connection; resolves when those that are open have got the answer they wait for. */
  stopAccepting(): Promise<void>
  /** Cuts what is still open. */
  close(): void
}

/**
 * Azure's front end keeps idle connections for about as long, in milliseconds. Node's 5 seconds would end some just as
 * their client sends on them.
 */
const IDLE = 230_000

/** Serves the app's HTTP functions. It sits on `node:http` because streams and refused bodies need the bare socket. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const route = createRouter(options.functions, options.routePrefix)
  let stopping = false
  const server = createServer((request, response) => {
    response.on('finish', () => stopping && request.socket.end())
    answer(options, route, request, response).catch((error) => answerFailure(options.write, request, response, error))
  })
  server.keepAliveTimeout = IDLE
  return {
    listen: (port, host) => listen(server, port, host),
    stopAccepting() {
      stopping = true
      return new Promise((resolve) => server.close(() => resolve()))
    },
    close: () => server.closeAllConnections(),
  }
}

type Router = ReturnType<typeof createRouter>

async function answer(options: HttpServerOptions, route: Router, request: IncomingMessage, response: ServerResponse) {
  const address = `http://${request.headers.host ?? 'localhost'}${request.url ?? '/'}`
  if (!URL.canParse(address)) return answerEmpty(response, 400)
  const url = new URL(address)
  if (isAdminPath(url.pathname)) return options.administration.answer(request, response, url)
  const match = route(request.method ?? 'GET', url.pathname)
  if (match === undefined) return answerEmpty(response, 404)
  if (!isAllowed(match, request, url, options.masterKey)) return answerEmpty(response, 401)
  const call: HttpCall = { request, response, url, match, bodyLimit: options.bodyLimit }
  if (options.libraryUrl === undefined) return answerBuffered(options.invoker, call)
  return answerStreamed(options.invoker, call, options.libraryUrl)
}

/** Functions that are not anonymous want a key; the host knows one key, which opens both levels. */
const isAllowed = ({ hosted }: RouteMatch, request: IncomingMessage, url: URL, masterKey: string): boolean =>
  hosted.trigger.authLevel === 'anonymous' || isMasterKey(request, url, masterKey)

const answerEmpty = (response: ServerResponse, status: number) => {
  response.writeHead(status, { 'content-length': 0 }).end()
}

/**
 * The caller learns no more than that it failed. A caller that has gone away is no failure; its response does not know
 * that while it waits for those to earlier requests on the connection.
 */
function answerFailure(write: WriteLine, request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (!(error instanceof FunctionFailed || response.destroyed || request.socket.destroyed)) {
    writeEvent(write, 'answer-failed', { error: reasonOf(error) })
  }
  if (response.headersSent) response.destroy()
  else answerEmpty(response, 500)
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
}
