import type { IncomingMessage, ServerResponse } from 'node:http'
import { serialize } from 'hono/utils/cookie'
import type { RpcCookie, RpcHttp, RpcTypedData } from './core-types.ts'
import { announcesTooMuch, readBody } from './http-body.ts'
import type { RouteMatch } from './http-routes.ts'
import type { Invoker } from './invocation.ts'

export interface HttpCall {
  request: IncomingMessage
  response: ServerResponse
  url: URL
  match: RouteMatch
  bodyLimit: number
}

/**
 * Runs an HTTP function the plain way: the whole request goes in, and the whole response comes out. The real host hands over
 * a body whose length is announced, and no other.
 * @see https://github.com/Azure/azure-functions-host/issues/7930
 */
export async function answerBuffered(invoker: Invoker, call: HttpCall): Promise<void> {
  const { request, response, url, match } = call
  if (announcesTooMuch(request, call.bodyLimit)) return refuseBody(request, response)
  const body = await readBody(request)
  const http = toRpcHttp(request, url, match.params, body)
  const { returnValue } = await invoker.invoke(match.hosted, { data: { http }, metadata: {} })
  writeResponse(response, returnValue?.http)
}

/** What is left of a body that is too long is read and dropped, so that the client gets to see the answer. */
export function refuseBody(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(413, { 'content-length': 0 }).end()
  request.resume()
}

function toRpcHttp(request: IncomingMessage, url: URL, params: Record<string, string>, body: Buffer): RpcHttp {
  return {
    url: url.href,
    method: request.method ?? 'GET',
    nullableHeaders: toNullable(headersOf(request)),
    nullableQuery: toNullable(queryOf(url)),
    nullableParams: toNullable(params),
    body: body.length === 0 ? null : { bytes: body },
  }
}

/** The real host joins the values of a repeated header or query parameter with a comma; so a repeat stays visible only in `url`. */
export function headersOf(request: IncomingMessage): Record<string, string> {
  const entries = Object.entries(request.headers)
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : (value ?? '')]),
  )
}

function queryOf(url: URL): Record<string, string> {
  const names = new Set(url.searchParams.keys())
  return Object.fromEntries([...names].map((name) => [name, url.searchParams.getAll(name).join(',')]))
}

const toNullable = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]))

/** A function that returns nothing answers 204. */
function writeResponse(response: ServerResponse, http: RpcHttp | undefined): void {
  if (http === undefined) {
    response.writeHead(204).end()
    return
  }
  response.statusCode = Number(http.statusCode ?? 200)
  for (const [name, value] of Object.entries(http.headers ?? {})) response.setHeader(name, value)
  if (http.cookies !== undefined && http.cookies.length > 0) {
    response.setHeader('set-cookie', http.cookies.map(serializeCookie))
  }
  response.end(bytesOf(http.body))
}

const bytesOf = (body: RpcTypedData | null | undefined): Buffer => Buffer.from(body?.bytes ?? body?.string ?? '')

const SAME_SITE = { none: undefined, lax: 'Lax', strict: 'Strict', explicitNone: 'None' } as const

function serializeCookie({
  name,
  value,
  domain,
  path,
  expires,
  secure,
  httpOnly,
  sameSite,
  maxAge,
}: RpcCookie): string {
  const site = SAME_SITE[sameSite ?? 'none']
  return serialize(name, value, {
    ...(domain?.value === undefined ? {} : { domain: domain.value }),
    ...(path?.value === undefined ? {} : { path: path.value }),
    ...(expires?.value === undefined ? {} : { expires: new Date(expires.value.seconds * 1000) }),
    ...(maxAge?.value === undefined ? {} : { maxAge: maxAge.value }),
    ...(site === undefined ? {} : { sameSite: site }),
    secure: secure?.value === true,
    httpOnly: httpOnly?.value === true,
  })
}
