import { SyncError } from '../../core/errors.ts'
import { type ApiRequest, FORM, mediaTypeOf, parseJson } from '../request.ts'

/** What a request says, by the names of its fields; nothing about the values is certain. */
export type Fields = Readonly<Record<string, unknown>>

export const BODY_LIMIT = 64 * 1024

const JSON_TYPE = /^(application\/([\w.-]+\+)?json|text\/(plain|json))$/

/**
 * The fields of a JSON object or of a form. An empty body has none.
 * @throws SyncError `REQUEST_TOO_LARGE` above the limit, 64 KiB mostly, `MEDIA_TYPE_UNSUPPORTED` for what says to be neither,
 * `REQUEST_INVALID` for what is neither, for JSON that is nested too deeply, and for a form that repeats a name. Of two
 * equal names in JSON the last one counts.
 */
export async function bodyFields(request: ApiRequest, limitBytes = BODY_LIMIT): Promise<Fields> {
  const text = await request.body(limitBytes)
  if (text.trim() === '') return {}
  const type = mediaTypeOf(request)
  if (type === FORM) return searchFields(new URLSearchParams(text))
  if (type === '' || JSON_TYPE.test(type)) return jsonFields(text)
  throw new SyncError('MEDIA_TYPE_UNSUPPORTED', 'the body is neither JSON nor a form')
}

/** The same for a deletion, which existing clients also write into the query. @throws SyncError as `bodyFields`. */
export async function bodyOrQueryFields(request: ApiRequest): Promise<Fields> {
  const [body, query] = [await bodyFields(request), searchFields(request.url.searchParams)]
  if (Object.keys(query).some((name) => Object.hasOwn(body, name))) throw invalid('a field is in both query and body')
  return { ...query, ...body }
}

/** `name[]` is a list. Every other name may occur once: two readers could see two different values. */
function searchFields(search: URLSearchParams): Fields {
  const fields = new Map<string, string | string[]>()
  for (const [name, value] of search) {
    const [, list] = /^([^[\]]+)\[\]$/.exec(name) ?? []
    if (list !== undefined) fields.set(list, [...asList(fields.get(list)), value])
    else if (fields.has(name) || /[[\]]/.test(name)) throw invalid('a field is repeated or nested; nesting needs JSON')
    else fields.set(name, value)
  }
  return Object.fromEntries(fields)
}

function asList(value: string | string[] | undefined): string[] {
  if (typeof value === 'string') throw invalid('a field is repeated')
  return value ?? []
}

function jsonFields(text: string): Fields {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('the body is not an object')
  return value as Fields
}

const invalid = (message: string) => new SyncError('REQUEST_INVALID', message)
