import { env } from 'node:process'

const PORTS = { functions: 7071, tables: 10002, serviceBus: 5672, keyVault: 8200, microsoft365: 4000, flowagent: 3000 }

export type Part = keyof typeof PORTS

/** The port of each part of the local system; all of them move together by `LOCAL_PORT_OFFSET`. */
export function portOf(part: Part, offset = Number(env['LOCAL_PORT_OFFSET'] ?? 0)): number {
  return PORTS[part] + offset
}
