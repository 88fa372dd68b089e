import { byDesign, notApplicable, type Row, tested } from '../requirement.ts'

const SEALED = tested('unit/crypto/envelope', 'K1: a change of any bit of a row of the $kind is noticed')
const INVENTORY = byDesign('SECURITY.md: every key, its algorithm, what it protects, who can use it, how it is renewed')
const NO_PASSWORDS = notApplicable('we have no passwords')
const AZURE_TLS = byDesign('App Service ends TLS for us: minimum 1.2, its certificate, its suites (infra)')

export const CRYPTOGRAPHY: readonly Row[] = [
  ['11.1.1', 2, 'how keys live and die is written down', INVENTORY],
  ['11.1.2', 2, 'there is an inventory of keys and algorithms', INVENTORY],
  [
    '11.2.1',
    2,
    'known implementations only',
    byDesign("Node's own crypto (OpenSSL) and Key Vault; nothing of ours below them"),
  ],
  [
    '11.2.2',
    2,
    'algorithms and keys can be replaced',
    tested('contract/vault', 'K5: after a rotation new records use the new version, and old ones still open'),
  ],
  [
    '11.2.3',
    2,
    '128 bits of security everywhere',
    tested('contract/key-vault', 'a key is RSA with 3072 bits and shows its public half only'),
  ],
  ['11.3.1', 1, 'no weak modes and paddings', byDesign('AES-256-GCM, RSA-OAEP-256 and PS256, and nothing else')],
  [
    '11.3.2',
    1,
    'approved ciphers only',
    tested('contract/key-vault', 'an algorithm the service does not use is refused'),
  ],
  ['11.3.3', 2, 'what is encrypted cannot be changed unnoticed', SEALED],
  ['11.4.1', 1, 'approved hashes only', byDesign('SHA-256 and SHA-512, in HMAC and HKDF')],
  ['11.4.2', 2, 'passwords are hashed slowly', NO_PASSWORDS],
  [
    '11.4.3',
    2,
    'hashes for integrity are long enough',
    tested('unit/channels/sign', 'X3: a secret that is not active does not verify, nor does another body, id or time'),
  ],
  ['11.4.4', 2, 'keys from passwords are stretched', NO_PASSWORDS],
  [
    '11.5.1',
    2,
    'secrets are random, of 128 bits at least',
    tested('unit/architecture', 'time, waiting and chance enter in shared/core only'),
  ],
  [
    '11.6.1',
    2,
    'approved signatures and keys',
    tested('contract/key-vault', 'a signature over a digest is the PS256 signature of the message'),
  ],
]

export const COMMUNICATION: readonly Row[] = [
  ['12.1.1', 1, 'TLS 1.2 or later', AZURE_TLS],
  ['12.1.2', 2, 'strong suites only', AZURE_TLS],
  ['12.1.3', 2, 'client certificates are checked', notApplicable('none are used')],
  [
    '12.2.1',
    1,
    'TLS to everybody outside',
    tested('unit/channels/target', 'X1: %s is refused when the channel is made'),
  ],
  ['12.2.2', 1, 'certificates that everybody trusts', AZURE_TLS],
  [
    '12.3.1',
    2,
    'every connection in and out is encrypted',
    byDesign(
      'https and amqps in Azure; plain http is taken where our own address is plain http, which is this machine only',
    ),
  ],
  [
    '12.3.2',
    2,
    'certificates of others are checked',
    tested('unit/channels/https-post', 'X2: a certificate that nobody trusts is refused, before anything is said'),
  ],
  ['12.3.3', 2, 'TLS between our own parts', byDesign('tables, vault and queue are reached by https and amqps')],
  ['12.3.4', 2, 'certificates of our own parts are trusted ones', AZURE_TLS],
]
