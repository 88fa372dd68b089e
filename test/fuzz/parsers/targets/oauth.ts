import { isDeepStrictEqual } from 'node:util'
import { createConsentTokens } from '../../../../shared/api/oauth/consent-token.ts'
import { signInAnswer } from '../../../../shared/api/oauth/sign-in-answer.ts'
import { readRestriction } from '../../../../shared/api/organisations/restriction-form.ts'
import { SyncError } from '../../../../shared/core/errors.ts'
import { epochMs } from '../../../../shared/core/time.ts'
import { createBlindIndex } from '../../../../shared/crypto/blind-index.ts'
import { parseScopes } from '../../../../shared/integrators/scopes.ts'
import { formatToken, parseToken, type TokenKind } from '../../../../shared/integrators/token.ts'
import { refreshFailure, signInFailure } from '../../../../shared/microsoft/entra-failure.ts'
import { createClientStates } from '../../../../shared/pull/client-state.ts'
import { accepted, CANARY, holds, jsonOf, type ParserTarget } from '../target.ts'

const blind = createBlindIndex(new Uint8Array(32).fill(7))
const NOW = epochMs(Date.UTC(2026, 10, 20))
const clock = { now: () => NOW, sleep: async () => {} }
const paramsOf = (text: string): ReadonlyMap<string, string> => new Map(new URLSearchParams(text))

const KINDS: readonly TokenKind[] = ['code', 'access', 'refresh']
const TOKEN = { ref: { account: 'a'.repeat(22), id: 'b'.repeat(22) }, secret: 'c'.repeat(43) }

const token: ParserTarget = {
  name: 'oauth-token',
  property: 'a text is a token of one kind at most, and is written as it was read',
  seeds: KINDS.map((kind) => formatToken(kind, TOKEN)),
  words: ['fas_ac_', 'fas_at_', 'fas_rt_', '.'],
  check(input) {
    const read = KINDS.flatMap((kind) => {
      const one = parseToken(kind, input)
      return one === undefined ? [] : [{ kind, one }]
    })
    holds(read.length <= 1, 'it is of two kinds')
    for (const { kind, one } of read) holds(formatToken(kind, one) === input, 'it is written in another way')
  },
}

const scopes: ParserTarget = {
  name: 'oauth-scopes',
  property: 'a list names scopes that there are, each once, or none is read',
  seeds: ['read_events create_event', 'read_account  read_only list_calendars', 'free_busy'],
  words: [' ', 'delete_event', 'read_free_busy', 'constructor', '\t', '\u00a0'],
  check(input) {
    const read = parseScopes(input)
    if (read === undefined) return
    holds(new Set(read).size === read.length && read.length > 0, 'one is there twice, or none')
    holds(isDeepStrictEqual(parseScopes(read.join(' ')), read), 'they are others when they are read again')
    for (const scope of read) holds(input.split(' ').includes(scope), `${scope} is made up`)
  },
}

const states = createClientStates({
  mac: (account, calendar) => Buffer.from(blind.mac('client-state', account, calendar)).toString('base64url'),
  equal: (one, other) => one === other,
})
const SUBSCRIBED = { account: `acc_${'a'.repeat(22)}`, calendar: 'c'.repeat(22) }
const STATE = states.issue(SUBSCRIBED)

const clientState: ParserTarget = {
  name: 'client-state',
  property: 'no state is taken but one that was issued, for what it was issued',
  seeds: [STATE, states.issue({ ...SUBSCRIBED, calendar: 'd'.repeat(22) })],
  words: ['.', '..', 'd'.repeat(22)],
  check(input) {
    const read = states.verify(input)
    if (read !== undefined) holds(states.issue(read) === input, 'it was not issued')
    if (input === STATE) holds(isDeepStrictEqual(read, SUBSCRIBED), 'it was issued for something else')
  },
}

const NAMES = ['client_id', 'redirect_uri', 'scope', 'state']
const consents = createConsentTokens(blind, clock, NAMES)
const SHOWN = new Map(NAMES.map((name) => [name, `${name} 1`]))
const formOf = (params: ReadonlyMap<string, string>) =>
  new URLSearchParams({ ...Object.fromEntries(params), ...consents.fields('browser', params) }).toString()

const consent: ParserTarget = {
  name: 'oauth-consent-form',
  property: 'a form is taken only with what stood on the page that was shown',
  seeds: [formOf(SHOWN), formOf(new Map([...SHOWN, ['scope', 'all']]))],
  words: ['token=', 'shown_at=', '&', '=', 'scope=all', String(NOW)],
  async check(input) {
    const given = paramsOf(input)
    const browser = await accepted(() => consents.check(['another', 'browser'], given))
    if (browser === undefined) return
    const same = NAMES.map((name) => `${name}=${given.get(name) ?? ''}`)
    holds(browser === 'browser', 'it is of another browser')
    holds(/ 1$/.test(same[0] ?? '') && /( 1|=all)$/.test(same[2] ?? ''), `it was not shown: ${same.join()}`)
  },
}

const answer: ParserTarget = {
  name: 'sign-in-answer',
  property: 'an answer has a state of our form, and a code or an error, never both',
  seeds: [
    `state=${'s'.repeat(43)}&code=${CANARY}`,
    `state=${'s'.repeat(43)}&error=access_denied&error_description=AADSTS65004:+${CANARY}`,
  ],
  words: ['code=', 'error=', 'AADSTS', '&state=', 'aadsts'],
  async check(input) {
    const read = await accepted(() => signInAnswer(paramsOf(input)))
    if (read === undefined) return
    holds(/^[\w-]{43}$/.test(read.state), 'the state is none')
    holds('code' in read !== 'error' in read, 'there are both, or none')
    if ('aadsts' in read) holds(read.aadsts === undefined || Number.isSafeInteger(read.aadsts), 'the number is none')
  },
}

const failures: ParserTarget = {
  name: 'entra-failure',
  property:
    'a person is asked to connect again only when Entra says that the token is dead, or our application not wanted, ' +
    'and is repeated nowhere',
  seeds: [
    JSON.stringify({ errorCode: 'invalid_grant', errorNo: '50173', message: CANARY }),
    JSON.stringify({ name: 'InteractionRequiredAuthError', errorCode: 'interaction_required', subError: 'bad_token' }),
    JSON.stringify({ errorCode: 'network_error', httpStatus: 503 }),
    JSON.stringify({ errorCode: 'invalid_client', errorNo: '700213', status: 401 }),
  ],
  words: ['consent_required', 'temporarily_unavailable', 'unauthorized_client', 'status', 'server_error'],
  check(input) {
    const fields = jsonOf(input)
    const error = new Error('MSAL')
    if (typeof fields === 'object' && fields !== null)
      for (const [name, value] of Object.entries(fields))
        Object.defineProperty(error, name, { value, configurable: true, enumerable: true })
    const isDead =
      error.name === 'InteractionRequiredAuthError' ||
      ['invalid_grant', 'unauthorized_client'].includes(Reflect.get(error, 'errorCode'))
    const failed = refreshFailure(error)
    holds((failed.code === 'RECONNECT_REQUIRED') === isDead, `${failed.code} is told`)
    for (const one of [failed, signInFailure(error)]) {
      holds(one instanceof SyncError, 'it is no failure of ours')
      holds(!`${one.message} ${JSON.stringify(one.facts)}`.includes(CANARY), 'it repeats what Entra wrote')
    }
  },
}

const restriction: ParserTarget = {
  name: 'restriction-form',
  property: 'whatever restricts an organisation is a domain or a group, or there is a problem with it',
  seeds: [
    'domains=contoso.com, @Nordic.example&groups=02bd9fd6-8f93-4758-87c3-1fb73740a315',
    'domains=a.example;b.example\nc.example&groups=',
  ],
  words: ['@', ';', '%0A', 'xn--', '.', '-', 'groups='],
  check(input) {
    const { restriction: read, problems } = readRestriction(paramsOf(input))
    if (problems.domains === undefined)
      for (const one of read.domains) holds(/^[a-z0-9.-]+\.[a-z0-9-]+$/.test(one), `${one} is no domain`)
    if (problems.groups === undefined)
      for (const one of read.groups) holds(/^[\da-f-]{36}$/.test(one), 'it is no group')
  },
}

export const OAUTH: readonly ParserTarget[] = [...[token, scopes, clientState, consent, answer, failures, restriction]]
