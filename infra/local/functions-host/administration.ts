import type { IncomingMessage, ServerResponse } from 'node:http'
import * as z from 'zod'
import { announcesTooMuch, readBody } from './http-body.ts'
import { isMasterKey } from './master-key.ts'

const PREFIX = '/admin/functions/'
const REQUEST_LIMIT = 1024 * 1024
const RunRequest = z.object({ input: z.string().default('') })

export const isAdminPath = (path: string) => path.toLowerCase().startsWith('/admin/')

/** Starts a function that has no address of its own, with the input of the request. */
export type RunNow = (input: string) => void

export interface Administration {
  answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>
}

/**
 * `POST /admin/functions/{name}` with the master key runs a function now and answers 202 without waiting for it.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-manually-run-non-http
 */
export function createAdministration(masterKey: string, find: (name: string) => RunNow | undefined): Administration {
  const decide = async (request: IncomingMessage, url: URL): Promise<number> => {
    if (!isMasterKey(request, url, masterKey)) return 401
    const run = url.pathname.startsWith(PREFIX) ? find(url.pathname.slice(PREFIX.length)) : undefined
    if (run === undefined || request.method !== 'POST') return 404
    const input = announcesTooMuch(request, REQUEST_LIMIT) ? undefined : inputOf(await readBody(request))
    if (input === undefined) return 400
    run(input)
    return 202
  }
  return {
    async answer(request, response, url) {
      response.writeHead(await decide(request, url), { 'content-length': 0 }).end()
    },
  }
}

/** An empty body means no input. */
function inputOf(body: Buffer): string | undefined {
  if (body.length === 0) return ''
  try {
    return RunRequest.parse(JSON.parse(body.toString('utf8'))).input
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined
    throw error
  }
}
