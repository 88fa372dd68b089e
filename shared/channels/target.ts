import ipaddr from 'ipaddr.js'

/** Where notifications may go. */
export interface TargetRules {
  readonly publicUrl: string
  /** The name that Azure gave us, where it is not that of `publicUrl`: `sync-prod.azurewebsites.net`. */
  readonly azureHost?: string | undefined
  /** Names of this machine that receivers may have; empty but in local development. */
  readonly allowedHosts: readonly string[]
}

/** Azure's wire server, which answers every virtual machine from a public address. */
const AZURE_WIRE_SERVER = '168.63.129.16'
/** RFC 4291 section 2.5.4 and the IANA registry: everything that is handed out to be reached is in here. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3')
/** Names that mean the machine itself or its cloud, wherever they are resolved. */
const INTERNAL_NAME = /(^|\.)(localhost|local|internal|localdomain|home\.arpa)$/
/** Ports below 1024 belong to other services, which might take a request for something else. */
const FIRST_FREE_PORT = 1024

/**
 * What is wrong with an address as it is written; where its name leads is checked at each delivery.
 * @returns a sentence without subject, undefined when nothing is wrong.
 */
export function targetProblem(text: string, rules: TargetRules): string | undefined {
  if (!URL.canParse(text)) return 'must be an absolute URL'
  const url = new URL(text)
  const host = hostOf(url)
  const isLocal = rules.allowedHosts.includes(host)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLocal && isPlain(rules))) return 'must be https'
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or a password'
  if (url.hash !== '' || text.includes('#')) return 'must not have a fragment'
  if (isOwn(url, rules)) return 'must not be an address of this service'
  if (isLocal) return undefined
  if (url.port !== '' && Number(url.port) < FIRST_FREE_PORT) return 'must have port 443, or one from 1024 on'
  const isRefused = ipaddr.isValid(host) ? !isPublicAddress(host) : INTERNAL_NAME.test(host) || !host.includes('.')
  return isRefused ? 'must be a public address' : undefined
}

/** Whether a notification may be sent to a numeric address that an allowed URL has led to. */
export function isAllowedAddress(address: string, url: URL, { allowedHosts }: TargetRules): boolean {
  if (!ipaddr.isValid(address)) return false
  if (allowedHosts.includes(hostOf(url))) return ipaddr.parse(address).range() === 'loopback'
  return isPublicAddress(address)
}

/**
 * Whether it is an address of the public internet. Everything with a special meaning is none, and so are the forms that
 * carry an IPv4 address inside (mapped, 6to4, NAT64, Teredo). @see IANA IPv4 and IPv6 Special-Purpose Address Registries
 */
function isPublicAddress(text: string): boolean {
  const address = ipaddr.parse(text)
  if (address.range() !== 'unicast' || address.toString() === AZURE_WIRE_SERVER) return false
  return address instanceof ipaddr.IPv4 || address.match(GLOBAL_IPV6)
}

/** The name or number of a URL's host, without the brackets of IPv6 and the point that ends an absolute name. */
export const hostOf = ({ hostname }: URL): string =>
  hostname
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase()

/** A notification to ourselves would go round in circles. On one machine the ports tell the programs apart. */
function isOwn(url: URL, { publicUrl, azureHost, allowedHosts }: TargetRules): boolean {
  return [publicUrl, ...(azureHost === undefined ? [] : [`https://${azureHost}`])].some((text) => {
    const own = new URL(text)
    const areLocal = allowedHosts.includes(hostOf(url)) && allowedHosts.includes(hostOf(own))
    return areLocal ? url.port === own.port : hostOf(url) === hostOf(own)
  })
}

const isPlain = ({ publicUrl }: TargetRules): boolean => publicUrl.startsWith('http:')
