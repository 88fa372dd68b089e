import type { Person } from '../../infra/local/microsoft365/world.ts'
import { meFailure } from '../../shared/api/me/failure.ts'
import type { ApiRequest } from '../../shared/api/request.ts'
import type { ApiResponse } from '../../shared/api/response.ts'
import { asSyncError } from '../../shared/core/errors.ts'
import type { Service } from '../../shared/service.ts'
import { signInTo } from './browser-session.ts'
import { form, request } from './oauth.ts'

/** A browser at the pages of whoever signed in with it; nobody when no person is given. */
export interface MeVisitor {
  open(path?: string): Promise<ApiResponse>
  /** Presses a button of a page. @param page is the newest one unless told. */
  press(button: string, page?: ApiResponse): Promise<ApiResponse>
  /** Posts what a form would. */
  post(fields: Record<string, string>): Promise<ApiResponse>
}

export async function visitMe(service: Service, person?: Person): Promise<MeVisitor> {
  const cookie = person === undefined ? '' : await signInTo(service, person, '/me')
  const { me } = service
  const pages = new Map([
    ['/me', me.page],
    ['/me/erase', me.askErase],
    ['/me/export.json', me.exportJson],
    ['/me/export.ics', me.exportCalendar],
  ])

  async function send(asked: ApiRequest): Promise<ApiResponse> {
    const page = pages.get(asked.url.pathname)
    if (page === undefined) throw new Error(`no page at ${asked.url.pathname}`)
    return page(asked).catch((error: unknown) => meFailure(asSyncError(error), asked.requestId))
  }

  const open = (path = '/me') => send(request(path, { headers: { cookie } }))
  const post = (fields: Record<string, string>) => send(form('/me', fields, { cookie }))
  return {
    open,
    post,
    press: async (button, page) => post(fieldsBehind(button, (page ?? (await open())).body)),
  }
}

/** The hidden fields of the form with this button. */
export function fieldsBehind(button: string, body: string): Record<string, string> {
  const found = [...body.matchAll(/<form[\s\S]*?<\/form>/g)].find(([text]) => text.includes(`>${button}</button>`))
  if (found === undefined) throw new Error(`no button ${button}`)
  const inputs = [...found[0].matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)]
  return Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, value]))
}

/** What was done about the account of whoever is signed in, as their export tells it. */
export async function actsIn(visitor: MeVisitor): Promise<readonly string[]> {
  const { audit } = JSON.parse(await textOf(await visitor.open('/me/export.json')))
  return audit.map(({ act }: { act: string }) => act)
}

/** The whole text of an answer that is made in parts. */
export const textOf = async ({ body, parts }: ApiResponse): Promise<string> => body + (await wholeOf(parts))

export async function wholeOf(parts: AsyncIterable<string> | undefined): Promise<string> {
  let text = ''
  for await (const part of parts ?? []) text += part
  return text
}
