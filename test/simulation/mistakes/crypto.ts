import type { Mistake } from './mistake.ts'

/** Mistakes in what others may see: plain text, other people's keys, other people's pages. */
export const CRYPTO_MISTAKES: readonly Mistake[] = [
  {
    name: 'I7: rows are stored as they are',
    patches: [
      {
        file: 'shared/crypto/envelope.ts',
        search: 'return useNewest(owner, address, (key) => sealBox(key, messageId, context, plaintext))',
        replace: 'return useNewest(owner, address, (key) => (sealBox(key, messageId, context, plaintext), plaintext))',
      },
      {
        file: 'shared/crypto/envelope.ts',
        search: 'return use(owner, address, boxKeyId(sealed), (key) => openBox(key, context, sealed))',
        replace: 'return sealed',
      },
    ],
    found: /I7/,
    seed: 8,
  },
  {
    name: 'I7: the log tells what an event is called',
    patches: [
      {
        file: 'shared/pull/commit-pull.ts',
        search: '      changes: outcome.changes.length,\n      first:',
        replace:
          "      changes: outcome.changes.length,\n      told: outcome.changes.map((change) => (change.kind === 'write' ? change.event.summary : '')).join(),\n      first:",
      },
    ],
    found: /I7/,
    seed: 2,
  },
  {
    name: 'I7: the log tells who has connected',
    patches: [
      {
        file: 'shared/accounts/connect-account.ts',
        search: "log('info', 'account-connected', { account })",
        replace: "log('info', 'account-connected', { account, username: identity.username })",
      },
    ],
    found: /I7/,
    seed: 1,
  },
  {
    name: 'K2: all accounts have the key of the first one',
    patches: [
      {
        file: 'shared/crypto/envelope.ts',
        search: '  const useNewest = <Result>',
        replace:
          '  let first: string | undefined\n  const firstOf = (account: string) => (first ??= account)\n  const useNewest = <Result>',
      },
      {
        file: 'shared/crypto/envelope.ts',
        search: '? accountKeys.useNewest(owner.account, work)',
        replace: '? accountKeys.useNewest(firstOf(owner.account), work)',
      },
      {
        file: 'shared/crypto/envelope.ts',
        search: 'accountKeys.use(owner.account, keyId, work)',
        replace: 'accountKeys.use(firstOf(owner.account), keyId, work)',
      },
    ],
    found: /I6/,
    seed: 4,
    worlds: 'two people',
  },
  {
    name: 'I6: the address of a page is good for everybody',
    patches: [
      {
        file: 'shared/api/read/page-token.ts',
        search: "blind.mac('token', 'page', accountId, clientId, text)",
        replace: "blind.mac('token', 'page', text, accountId.slice(0, 0), clientId.slice(0, 0))",
      },
    ],
    found: /I6/,
    seed: 2,
  },
  {
    name: "I6: another integrator's request is told to whoever knows its address",
    patches: [
      {
        file: 'shared/push/accept.ts',
        search: 'if (action?.token === token && action.integrator === who.integrator) return action',
        replace: 'if (action?.token === token) return action',
      },
    ],
    found: /I6/,
    seed: 7,
  },
]
