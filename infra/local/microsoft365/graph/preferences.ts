import { ianaZone } from '../mailbox/zones.ts'

/** What a request asks for with its `Prefer` header; it counts for that request only. */
export interface Preferences {
  /** The zone's name as the client wrote it, and the IANA zone behind it. */
  readonly zone: { readonly name: string; readonly iana: string }
  readonly bodyType: 'html' | 'text'
  readonly immutableIds: boolean
  readonly pageSize: number | undefined
  /** What goes into `Preference-Applied`. */
  readonly applied: string
}

/** Reads the header. @throws MailboxFailure `TimeZoneNotSupportedException` */
export function parsePreferences(header: string | undefined): Preferences {
  const given = new Map<string, string>()
  for (const [, name = '', value = ''] of (header ?? '').matchAll(/([\w.-]+)\s*=\s*("[^"]*"|[^,\s;]*)/g))
    given.set(name.toLowerCase(), value.replaceAll('"', ''))
  const zone = given.get('outlook.timezone')
  const bodyType = given.get('outlook.body-content-type')?.toLowerCase()
  const immutableIds = given.get('idtype')?.toLowerCase() === 'immutableid'
  const pageSize = Number(given.get('odata.maxpagesize') ?? Number.NaN)
  const applied = [
    zone && `outlook.timezone="${zone}"`,
    bodyType && `outlook.body-content-type="${bodyType}"`,
    immutableIds && 'IdType="ImmutableId"',
    pageSize > 0 && `odata.maxpagesize=${pageSize}`,
  ]
  return {
    zone: { name: zone ?? 'UTC', iana: ianaZone(zone ?? 'UTC') },
    bodyType: bodyType === 'text' ? 'text' : 'html',
    immutableIds,
    pageSize: pageSize > 0 ? pageSize : undefined,
    applied: applied.filter(Boolean).join(', '),
  }
}
