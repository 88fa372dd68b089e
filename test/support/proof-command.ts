import { exit, stderr } from 'node:process'
import { parseOptions, UsageError } from '../../infra/usage-error.ts'

/**
 * Runs a command that shows something, and ends the process: with 0 when it holds, with 1 when it does not, and with 2 and
 * the usage when what was typed makes no sense.
 */
export function runProof(usage: string, holds: () => Promise<boolean>): void {
  holds().then(
    (isRight) => exit(isRight ? 0 : 1),
    (error: unknown) => {
      const isUsage = error instanceof UsageError
      stderr.write(isUsage ? `${error.message}\n${usage}\n` : `${error instanceof Error ? error.stack : error}\n`)
      exit(isUsage ? 2 : 1)
    },
  )
}

/**
 * Reads options that are whole numbers above zero.
 * @param defaults what each of them is unless it is given.
 * @throws UsageError for any other option or value.
 */
export function readNumbers<Name extends string>(defaults: Readonly<Record<Name, number>>): Record<Name, number> {
  const names = Object.keys(defaults) as Name[]
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' } as const]))
  const { values } = parseOptions({ options })
  const read = (name: Name) => wholeNumber(name, String(values[name] ?? defaults[name]))
  return Object.fromEntries(names.map((name) => [name, read(name)])) as Record<Name, number>
}

/** Reads an option that is a whole number. @throws UsageError with its name and what it may be. */
export function wholeNumber(name: string, typed: string, from = 1, to = 999_999_999): number {
  const value = Number(typed)
  if (/^\d+$/.test(typed) && value >= from && value <= to) return value
  throw new UsageError(`--${name} must be a whole number from ${from} to ${to}, and is ${JSON.stringify(typed)}`)
}
