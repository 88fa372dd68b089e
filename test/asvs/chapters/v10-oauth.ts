import { byDesign, notApplicable, type Row, tested } from '../requirement.ts'

const NO_PROVIDER = notApplicable('we issue no ID tokens')

export const OAUTH: readonly Row[] = [
  [
    '10.1.1',
    2,
    'tokens go to who needs them only',
    tested(
      'end-to-end/secrecy',
      'no row, message, log line or span holds content, a name, an address, a token or a secret',
    ),
  ],
  [
    '10.1.2',
    2,
    'an answer counts in the browser and the sign-in it is for',
    tested('unit/integrators/connect', 'C1 state-csrf: %s redeems nothing, and the right browser can still finish'),
  ],
  [
    '10.2.1',
    2,
    'nobody can be signed in to an account of others',
    tested('unit/integrators/connect', 'C1 state-csrf: a made-up state redeems nothing'),
  ],
  [
    '10.2.2',
    2,
    'no mix-up of authorization servers',
    tested('contract/entra-mix-up', 'C2 mix-up: an ID token %s is refused'),
  ],
  ['10.3.1', 2, 'only tokens for us are taken', byDesign('our tokens are references that only our own rows know')],
  [
    '10.3.2',
    2,
    'the scopes of a token decide',
    tested(
      'end-to-end/read-scopes',
      'a page of events is refused to a grant of the same integrator that may not read events',
    ),
  ],
  [
    '10.3.3',
    2,
    'a person is known by what nobody else is ever given',
    tested(
      'contract/entra-adapter',
      'a sign-in gives the identity by tenant and object id, and a cache that gives access tokens',
    ),
  ],
  [
    '10.3.4',
    2,
    'how somebody signed in, where that matters',
    byDesign('no endpoint of the API asks for more than the consent'),
  ],
  [
    '10.4.1',
    1,
    'redirect URIs are registered and compared as they are',
    tested(
      'unit/integrators/authorize',
      'O5 redirect-tricks: %s in place of the redirect URI ends on a page and never redirects',
    ),
  ],
  [
    '10.4.2',
    1,
    'a code is good once, and its return ends what came of it',
    tested('unit/integrators/codes', 'O2 code-replay: using a code again ends everything that was issued for it'),
  ],
  [
    '10.4.3',
    1,
    'a code lives for a minute',
    tested('unit/integrators/codes', 'a code is not good any more after 60 seconds'),
  ],
  [
    '10.4.4',
    1,
    'only the grants that are needed',
    tested('unit/integrators/codes', 'an unknown grant type is named as such'),
  ],
  [
    '10.4.5',
    1,
    'refresh tokens are replaced, and an old one ends all',
    tested('unit/integrators/refresh', 'O6 refresh-reuse: an old refresh token ends the whole grant'),
  ],
  [
    '10.4.6',
    2,
    'PKCE with S256',
    tested(
      'unit/integrators/codes',
      'O3 pkce-downgrade: a code without a challenge is no code for an integrator that must use PKCE',
    ),
  ],
  ['10.4.7', 2, 'clients that register themselves', notApplicable('operators register integrators')],
  [
    '10.4.8',
    2,
    'refresh tokens end at last',
    tested('unit/integrators/refresh', 'a grant is over after 180 days however often it was refreshed'),
  ],
  [
    '10.4.9',
    2,
    'a person can end tokens',
    tested('end-to-end/me', 'revoking one integrator ends its tokens at once, and leaves the others'),
  ],
  [
    '10.4.10',
    2,
    'clients prove who they are',
    tested('unit/integrators/rules', 'rule 4: a client id without a secret is nobody, whatever else is right'),
  ],
  [
    '10.4.11',
    2,
    'a client gets the scopes it needs at most',
    tested(
      'unit/integrators/permission',
      'what the person agreed to is what the grant holds, whatever the registration says later',
    ),
  ],
  [
    '10.5.1',
    2,
    'an ID token counts for its sign-in',
    tested('contract/entra-adapter', 'C2 mix-up: an ID token with the nonce of another sign-in is refused'),
  ],
  [
    '10.5.2',
    2,
    'a person is tenant and object id',
    tested(
      'contract/entra-adapter',
      'a sign-in gives the identity by tenant and object id, and a cache that gives access tokens',
    ),
  ],
  ['10.5.3', 2, 'metadata of another issuer is refused', byDesign('the metadata is built in and not fetched')],
  ['10.5.4', 2, 'an ID token is for us', tested('contract/entra-mix-up', 'C2 mix-up: an ID token %s is refused')],
  ['10.5.5', 2, 'back-channel logout', notApplicable('not used')],
  ['10.6.1', 2, 'response modes of an OpenID provider', NO_PROVIDER],
  ['10.6.2', 2, 'logout of an OpenID provider', NO_PROVIDER],
  [
    '10.7.1',
    2,
    'a person agrees to each request',
    tested('unit/integrators/authorize', 'agreeing leads to Microsoft with 303, and cancelling back to the integrator'),
  ],
  [
    '10.7.2',
    2,
    'the page says who asks for what',
    tested(
      'unit/integrators/authorize',
      'the consent page names the integrator and says in plain words what it asks for',
    ),
  ],
  [
    '10.7.3',
    2,
    'a person sees, changes and ends what they allowed',
    tested('end-to-end/me', 'a person sees their account, calendars, and who may do what since when'),
  ],
]
