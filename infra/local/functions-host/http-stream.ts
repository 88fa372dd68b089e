import { randomUUID } from 'node:crypto'
import { type ClientRequest, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http'
import { pipeline } from 'node:stream'
import { announcesTooMuch } from './http-body.ts'
import { type HttpCall, headersOf, refuseBody } from './http-trigger.ts'
import type { Invoker } from './invocation.ts'

const INVOCATION_ID = 'x-ms-invocation-id'
const OF_ONE_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', INVOCATION_ID])

/**
 * Runs an HTTP function of an app that called `app.setup({ enableHttpStream: true })`. Both bodies pass through the
 * library's own small HTTP server while the function runs; the id of the invocation tells it which call is which.
 * @see https://github.com/Azure/azure-functions-host/issues/9840
 */
export async function answerStreamed(invoker: Invoker, call: HttpCall, libraryUrl: string): Promise<void> {
  if (announcesTooMuch(call.request, call.bodyLimit)) return refuseBody(call.request, call.response)
  const invocationId = randomUUID()
  const onward = sendOnward(call, libraryUrl, invocationId)
  const answered = passAnswer(onward, call.response)
  // A response that waits for those to earlier requests on its connection is not told that the connection has gone.
  const { socket } = call.request
  const leave = () => onward.destroy()
  socket.setMaxListeners(0).once('close', leave)
  try {
    if (await invoke(invoker, call, invocationId)) return await answered
    call.response.writeHead(204).end()
  } finally {
    socket.off('close', leave)
    onward.destroy()
  }
}

/** @returns whether the function returned a response; the library then sends it before the invocation ends. */
async function invoke(invoker: Invoker, { request, match }: HttpCall, invocationId: string): Promise<boolean> {
  const params = Object.entries(match.params).map(([name, value]) => [name, { string: value }] as const)
  let isAnswered = false
  const callback = async (...parameters: unknown[]) => {
    const result = await match.hosted.callback(...parameters)
    isAnswered = result !== undefined && result !== null
    return result
  }
  await invoker.invoke(
    { ...match.hosted, callback },
    {
      invocationId,
      data: { http: {} },
      metadata: { ...Object.fromEntries(params), Headers: { json: JSON.stringify(headersOf(request)) } },
    },
  )
  return isAnswered
}

function sendOnward({ request, response, bodyLimit }: HttpCall, libraryUrl: string, invocationId: string) {
  const onward = sendRequest(new URL(request.url ?? '/', libraryUrl), {
    method: request.method,
    headers: {
      ...headersOf(request),
      'x-forwarded-host': request.headers.host ?? 'localhost',
      'x-forwarded-proto': 'http',
      [INVOCATION_ID]: invocationId,
    },
  })
  let length = 0
  request.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length <= bodyLimit || onward.destroyed) return
    request.unpipe(onward)
    onward.destroy()
    refuseBody(request, response)
  })
  request.pipe(onward)
  response.on('close', () => onward.destroy())
  return onward
}

/** Resolves when the answer has been passed on, or has been cut off on either side. */
function passAnswer(onward: ClientRequest, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    onward.on('error', () => resolve())
    onward.on('response', (answer: IncomingMessage) => {
      response.statusCode = answer.statusCode ?? 500
      for (const [name, value] of Object.entries(answer.headers)) {
        if (value !== undefined && !OF_ONE_CONNECTION.has(name)) response.setHeader(name, value)
      }
      pipeline(answer, response, () => resolve())
    })
  })
}
