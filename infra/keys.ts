import type { KeyAdministration } from '../shared/crypto/administration.ts'

export const KEYS_USAGE = `npm run keys -- status              which versions of the vault's keys are needed
                 rewrap              brings the key record to the current versions
`

/** Runs one command of the operator, and opens the keys when it was understood. @returns what to print; undefined when there is no such command. */
export async function runKeysCommand(
  open: () => Promise<KeyAdministration>,
  args: readonly string[],
): Promise<string | undefined> {
  const [command, ...more] = args
  if (more.length > 0) return undefined
  if (command === 'status') return status(await open())
  if (command === 'rewrap') return rewrap(await open())
  return undefined
}

async function rewrap(keys: KeyAdministration): Promise<string> {
  const told = (await keys.rewrap()) ? 'The key record was wrapped and signed again.' : 'There was nothing to do.'
  return `${told}\n${await status(keys)}`
}

async function status(keys: KeyAdministration): Promise<string> {
  const { used, current, isDone } = await keys.status()
  if (used === undefined) return 'There is no key record yet: the service has never been started.\n'
  const line = (role: 'wrapping' | 'signing') => `${role.padEnd(9)} needed ${used[role]}, current ${current[role]}\n`
  const advice = isDone
    ? 'No older version is needed: all others may be disabled (of the signing key, what no audit checkpoint needs).\n'
    : 'Leave the needed versions enabled until a rewrap is done.\n'
  return line('wrapping') + line('signing') + advice
}
