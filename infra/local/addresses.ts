import { env } from 'node:process'

const PORTS = {
  functions: 7071,
  blobs: 10000,
  tables: 10002,
  serviceBus: 5672,
  keyVault: 8200,
  microsoft365: 4000,
  flowagent: 3000,
}

export type Part = keyof typeof PORTS

/** By how much every port is moved. @throws Error when the setting is not a number that keeps all ports valid. */
export function portOffset(): number {
  const offset = Number(env['LOCAL_PORT_OFFSET'] ?? 0)
  const highest = 65_535 - Math.max(...Object.values(PORTS))
  if (Number.isInteger(offset) && offset >= 0 && offset <= highest) return offset
  throw new Error(`LOCAL_PORT_OFFSET must be a whole number from 0 to ${highest}`)
}

/** The port of each part of the local system; all of them move together. */
export const portOf = (part: Part, offset: number): number => PORTS[part] + offset
