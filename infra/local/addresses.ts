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

/** Ports that no browser and no `fetch` calls, of those that an offset can reach (Fetch Standard, "port blocking"). */
const BLOCKED: readonly number[] = [
  3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]

export type Part = keyof typeof PORTS

/** By how much every port is moved. @throws Error when the setting is not a number that gives all parts ports that can be called. */
export function portOffset(): number {
  const offset = Number(env['LOCAL_PORT_OFFSET'] ?? 0)
  const highest = 65_535 - Math.max(...Object.values(PORTS))
  if (!Number.isInteger(offset) || offset < 0 || offset > highest)
    throw new Error(`LOCAL_PORT_OFFSET must be a whole number from 0 to ${highest}`)
  const blocked = Object.values(PORTS).find((port) => BLOCKED.includes(port + offset))
  if (blocked === undefined) return offset
  throw new Error(`LOCAL_PORT_OFFSET puts a part at ${blocked + offset}, a port that browsers refuse: choose another`)
}

/** The port of each part of the local system; all of them move together. */
export const portOf = (part: Part, offset: number): number => PORTS[part] + offset
