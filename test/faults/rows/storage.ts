import type { Row } from '../fault.ts'

/** Tables, backups, keys and what is sealed with them. */
export const STORAGE: readonly Row[] = [
  [
    'S1',
    'concurrent writers',
    'two instances write the same rows at once',
    'whoever loses reads again; both changes stay',
  ],
  [
    'S2',
    'unknown outcome of a write',
    'the connection breaks when the tables may have written',
    'looked up by the mark that the write carries; one effect',
  ],
  [
    'S3',
    'tables that throttle',
    'every third request is answered 503 or 500 for ten minutes',
    'tried again, nothing twice, and well within five minutes afterwards',
  ],
  [
    'S4',
    'limits of a transaction',
    'more than 100 rows or 4 MiB at once',
    'split between groups of rows that belong together',
  ],
  [
    'S5',
    'end around a send',
    'the process ends before or after a wake-up was sent',
    'done once, whatever became of it',
  ],
  [
    'S6',
    'restored tables',
    'the tables go back by a day',
    'erased again, read again; nobody comes back, nothing is deleted in masses',
  ],
  [
    'K1',
    'flipped bit',
    'any byte of a stored row changes',
    'noticed and set aside; never taken for absent; others go on',
  ],
  [
    'K2',
    'moved row',
    'sealed bytes stand under another key, partition, table, account or environment',
    'they do not open',
  ],
  ['K3', 'forged key', 'a key record that an attacker has wrapped', 'refused by its signature'],
  [
    'K4',
    'vault away',
    'the vault throttles or does not answer for half an hour',
    'known keys work until their time is up, then nothing; afterwards it is asked little',
  ],
  [
    'K5',
    'rotated vault keys',
    'a new version amid traffic; an old one disabled too early',
    'reading goes on; an alarm, nothing lost, and enabling it heals',
  ],
  [
    'K6',
    'cold start of all',
    '200 instances start together',
    'each asks the vault once for a key; nobody sees a failure',
  ],
  [
    'K7',
    'erasure amid work',
    'a person is erased while their calendar is read and written',
    'no rows, tokens or subscriptions stay, and the ledger has it',
  ],
  ['K8', 'nonces', 'a million rows are sealed', 'no two share a message id, so no key and nonce come twice'],
  [
    'K9',
    'canary words',
    'words that stand nowhere else in events, names and tokens',
    'not in rows, messages, dead letters, logs, traces or errors',
  ],
]
