import * as z from 'zod'
import { type EpochMs, parseInstant } from '../core/time.ts'
import { isIanaZone, startOfDayInZone } from '../events/zones.ts'
import { createFindings, custom, type Findings, notSupported, problem } from './findings.ts'

/** The parameters of a query string. A name that ends in `[]` is a list: `name[]=a&name[]=b`. */
type Parameters = Readonly<Record<string, z.ZodType>>

/**
 * Reads a query string with the schema of its parameters. An empty value counts as not sent, and parameters that the schema
 * does not know are ignored. What is wrong with a parameter is noted in `findings`, and its value is undefined then.
 */
export function readQuery<S extends Parameters>(
  schema: z.ZodObject<S>,
  search: URLSearchParams,
  findings: Findings,
): Partial<z.output<z.ZodObject<S>>> {
  refuseOtherLists(schema.shape, search, findings)
  const read = Object.entries(schema.shape).map(([name, parameter]) => {
    const values = search.getAll(name).filter((value) => value !== '')
    if (!isList(name) && search.getAll(name).length > 1) return [name, findings.refuse(name, ONCE)]
    const value = isList(name) ? values : values[0]
    return [name, findings.read(plain(name), parameter as z.ZodType, isEmpty(value) ? undefined : value)]
  })
  return Object.fromEntries(read) as Partial<z.output<z.ZodObject<S>>>
}

const ONCE = notSupported('may be given once')
const LISTS = notSupported('is not read: lists are written name[]=a&name[]=b')

const isList = (name: string): boolean => name.endsWith('[]')
const plain = (name: string): string => (isList(name) ? name.slice(0, -2) : name)
const isEmpty = (value: string | readonly string[] | undefined): boolean => value === undefined || value.length === 0

/** A filter in a notation we do not read must not be taken for no filter: the answer would show what was not asked for. */
function refuseOtherLists(shape: Parameters, search: URLSearchParams, findings: Findings): void {
  for (const name of new Set(search.keys())) {
    if (Object.hasOwn(shape, name)) continue
    if (name.includes('[') || Object.hasOwn(shape, `${name}[]`)) findings.refuse(name.slice(0, 64), LISTS)
  }
}

/** `True` and `False` are how existing clients write them. */
export const flag = (description: string) =>
  z
    .stringbool({ truthy: ['true'], falsy: ['false'], ...custom(problem('must_be_boolean', 'must be true or false')) })
    .default(false)
    .meta({ description, type: 'boolean' })

const NO_ZONE = custom(problem('tzid_unrecognized', 'TZID not recognized'))

/** The zone in which days begin. */
export const Zone = z
  .string(NO_ZONE)
  .refine(isIanaZone, NO_ZONE)
  .meta({ description: 'Name of a time zone of the IANA database, such as Europe/Copenhagen.' })

/** A time as a query says it: a point in time, or a day, which begins where the query's zone says. */
export type QueryTime = { readonly at: EpochMs } | { readonly date: string }

/** A `+` of an offset that was not encoded arrives as a space: `2026-11-20T09:00:00 01:00`. */
const INSTANT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+ -]\d{2}:\d{2})$/
const DATE = /^\d{4}-\d{2}-\d{2}$/

function parseTime(text: string): QueryTime | undefined {
  if (DATE.test(text)) return dayBegins(text, 'Etc/UTC') === undefined ? undefined : { date: text }
  const [, date, time, offset] = INSTANT.exec(text) ?? []
  const at = offset === undefined ? undefined : parseInstant(`${date}T${time}${offset.replace(' ', '+')}`)
  return at === undefined ? undefined : { at }
}

const NO_TIME = problem('invalid_format', 'is not a date or time')

export const time = (description: string) =>
  z
    .string()
    .transform((text, context): QueryTime => {
      const parsed = parseTime(text)
      if (parsed !== undefined) return parsed
      context.addIssue({ code: 'custom', message: NO_TIME })
      return z.NEVER
    })
    .optional()
    .meta({ description, examples: ['2026-11-20', '2026-11-20T09:00:00Z', '2026-11-20T10:00:00+01:00'] })

/** The moment a time of a query is about; undefined for a day that the zone does not have within what can be told. */
export const momentOf = (time: QueryTime, zone: string): EpochMs | undefined =>
  'at' in time ? time.at : dayBegins(time.date, zone)

function dayBegins(date: string, zone: string): EpochMs | undefined {
  try {
    return startOfDayInZone(date, zone)
  } catch {
    return undefined
  }
}

/** Reads a query as a whole. @throws ValidationError naming every bad parameter. */
export function parseQuery<T>(read: (findings: Findings) => T): T {
  const findings = createFindings()
  const result = read(findings)
  findings.end()
  return result
}
