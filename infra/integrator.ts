import { SyncError } from '../shared/core/errors.ts'
import { type Random, randomId, randomToken } from '../shared/core/random.ts'
import type { FirstKeys } from '../shared/crypto/key-record.ts'
import type { Integrator } from '../shared/integrators/integrator.ts'
import type { Integrators } from '../shared/integrators/integrators.ts'
import { parseScopes } from '../shared/integrators/scopes.ts'
import { parseOptions, UsageError } from './usage-error.ts'

export const USAGE = `npm run integrator -- add --name NAME --redirect-uri URI [--redirect-uri URI ...] --scope "SCOPE ..."
                      [--pkce optional] [--permission unrestricted] [--id ID]
                      list
                      rotate-secret ID              a second secret, beside the one it has
                      rotate-secret ID --end-old    only the newest secret stays; with one secret, a new one replaces it
                      remove ID
`

const text = { type: 'string' } as const

const OPTIONS = {
  name: text,
  'redirect-uri': { type: 'string', multiple: true },
  scope: text,
  pkce: text,
  permission: text,
  id: text,
  'end-old': { type: 'boolean' },
} as const

/** Opens the registry. With the first integrator of a new system its keys are made, and by no other command. */
type Open = (firstKeys: FirstKeys) => Promise<Integrators>

type Values = ReturnType<typeof parse>['values']

/**
 * Runs one command of the operator, and opens the registry when it was understood.
 * @returns what to print; a new secret is in it, and nowhere else.
 * @throws UsageError, and SyncError `SETTINGS_INVALID` when a rule of registrations is broken.
 */
export async function runIntegratorCommand(open: Open, random: Random, args: readonly string[]): Promise<string> {
  const { values, positionals } = parse(args)
  const [command, id = '', ...more] = positionals
  if (more.length > 0) throw new UsageError(`what is ${more.join(' ')}?`)
  if (command === 'add' && id === '') return add(open, random, values)
  if (command === 'list' && id === '') return list(await (await open('refused')).list())
  if (command === 'rotate-secret' && id !== '') return rotate(await open('refused'), id, values['end-old'] === true)
  if (command === 'remove' && id !== '') return remove(await open('refused'), id)
  throw new UsageError('no such command')
}

const parse = (args: readonly string[]) => parseOptions({ args: [...args], options: OPTIONS, allowPositionals: true })

async function add(open: Open, random: Random, values: Values): Promise<string> {
  const { name = '', 'redirect-uri': redirectUris = [], scope = '', id: clientId = randomId(random) } = values
  const pkce = oneOf('--pkce', ['required', 'optional'] as const, values.pkce)
  const permission = oneOf('--permission', ['sandbox', 'unrestricted'] as const, values.permission)
  const scopes = parseScopes(scope)
  if (scopes === undefined) throw new UsageError('--scope is a list of scopes')
  const integrators = await open('made')
  if ((await integrators.find(clientId)) !== undefined) {
    throw new SyncError('SETTINGS_INVALID', `there is an integrator ${clientId} already`)
  }
  const secret = randomToken(random)
  await integrators.register({ clientId, name, secrets: [secret], redirectUris, scopes, pkce, permission })
  return `client_id      ${clientId}\n${toldOnce(secret)}`
}

function oneOf<Choice extends string>(option: string, choices: readonly [Choice, ...Choice[]], given?: string): Choice {
  const chosen = choices.find((choice) => choice === (given ?? choices[0]))
  if (chosen === undefined) throw new UsageError(`${option} is one of ${choices.join(', ')}`)
  return chosen
}

async function rotate(integrators: Integrators, id: string, isEnding: boolean): Promise<string> {
  if (!isEnding) return `${toldOnce(await integrators.addSecret(id))}The older secret is good until --end-old.\n`
  const hasTwo = (await integrators.find(id))?.secrets.length === 2
  const told = hasTwo
    ? await integrators.endOldSecret(id).then(() => '')
    : toldOnce(await integrators.replaceSecrets(id))
  return `${told}The older secret is good no more.\n`
}

async function remove(integrators: Integrators, id: string): Promise<string> {
  await integrators.remove(id)
  return `${id} gets no more tokens; the access tokens it holds end within 60 seconds, its mailboxes are let go of within the hour.\n`
}

const TOLD_ONCE = 'The secret is not told again.\n'

const toldOnce = (secret: string): string => `client_secret  ${secret}\n${TOLD_ONCE}`

const list = (all: readonly Integrator[]): string =>
  all
    .map(({ clientId, name, secrets, pkce, permission, scopes, redirectUris }) =>
      [
        `${clientId}  "${name}"  secrets: ${secrets.length}  pkce: ${pkce}  permission: ${permission}`,
        `  ${scopes.join(' ')}`,
        ...redirectUris.map((uri) => `  ${uri}`),
      ].join('\n'),
    )
    .join('\n')
    .concat(all.length === 0 ? 'no integrators\n' : '\n')
