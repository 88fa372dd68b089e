import type { Row } from '../fault.ts'

/** Integrators, signing in, the API, and what we send to receivers. */
export const ACCESS: readonly Row[] = [
  ['O1', 'race for a code', '50 redemptions of one code at once', 'exactly one gets tokens'],
  ['O2', 'code used again', 'a code is redeemed a second time', 'refused, and what it gave ends'],
  [
    'O3',
    'downgraded PKCE',
    'no challenge, a plain one, a verifier without one, a wrong verifier',
    'refused; a wrong verifier uses the code up',
  ],
  ['O4', 'no secret', 'a verifier in place of the secret', 'invalid_client'],
  [
    'O5',
    'redirect tricks',
    'another path, case, port, suffix, userinfo, scheme or fragment, or none',
    'a page that says so, and no redirect',
  ],
  [
    'O6',
    'refresh token used again',
    'an old one, two at once, an end amid the rotation',
    'reuse ends the grant; a lost answer is given again for ten seconds',
  ],
  ['O7', 'doubled parameters', 'a parameter twice, as a list, or in query and body', '400, or 422 in a filter'],
  ['O8', 'talkative failure', 'a store fails with its connection string in the message', 'a generic failure'],
  ['O9', 'foreign tokens', "one integrator's token on another's person", 'not found or forbidden, and nothing told'],
  ['C1', 'forged sign-in', 'no cookie, a foreign one, a state used again or too old', 'nothing is redeemed'],
  [
    'C2',
    'mixed-up sign-in',
    'an ID token of another issuer, tenant, audience or sign-in',
    'ends, and nothing is stored',
  ],
  [
    'C3',
    'dead tokens',
    'consent withdrawn, password reset, our secret expired',
    'the person is asked once, nobody asks Microsoft again and again, and all goes on afterwards',
  ],
  [
    'A1',
    'accepted and lost',
    'an end around storing an action; a lost answer',
    '202 means that it happens; the same Idempotency-Key is the same action',
  ],
  ['A2', 'other body', 'the same Idempotency-Key with another body', '422 or 409'],
  [
    'A3',
    'too many requests',
    'ten times the limit',
    '429 with Retry-After; nobody else is refused, waits for a timer, or asks the tables more',
  ],
  [
    'A4',
    'foreign and mutated ids',
    '100,000 random, mutated and foreign ids and bodies',
    'nothing of somebody else, and never a 5xx',
  ],
  [
    'X1',
    'addresses inside',
    'receivers that lead to this machine or network, also by redirect or a name that turns',
    'no connection is made',
  ],
  [
    'X2',
    'bad receivers',
    'silence, failures, redirects, 410, endless or dripped answers, a bad certificate',
    'told again for days, 410 closes, memory stays flat, others do not wait',
  ],
  [
    'X3',
    'rotated signing secrets',
    'two secrets at once; a stamp six minutes old',
    'both verify; the stale one is refused',
  ],
]
