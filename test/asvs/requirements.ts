import { ENCODING } from './chapters/v01-encoding.ts'
import { VALIDATION } from './chapters/v02-validation.ts'
import { WEB_FRONTEND } from './chapters/v03-web-frontend.ts'
import { API } from './chapters/v04-api.ts'
import { AUTHENTICATION } from './chapters/v06-authentication.ts'
import { SESSIONS } from './chapters/v07-sessions.ts'
import { AUTHORIZATION, SELF_CONTAINED_TOKENS } from './chapters/v08-v09-authorization.ts'
import { OAUTH } from './chapters/v10-oauth.ts'
import { COMMUNICATION, CRYPTOGRAPHY } from './chapters/v11-v12-cryptography.ts'
import { CONFIGURATION, DATA_PROTECTION } from './chapters/v13-v14-data.ts'
import { LOGGING, SECURE_CODING } from './chapters/v15-v16-code-and-logs.ts'
import { type Requirement, requirementsOf } from './requirement.ts'

/** The chapters of the standard that are about something we have; files (5) and WebRTC (17) are not. */
export const CHAPTERS = {
  1: 'Encoding and sanitization',
  2: 'Validation and business logic',
  3: 'Web frontend',
  4: 'API and web service',
  6: 'Authentication',
  7: 'Session management',
  8: 'Authorization',
  9: 'Self-contained tokens',
  10: 'OAuth and OIDC',
  11: 'Cryptography',
  12: 'Secure communication',
  13: 'Configuration',
  14: 'Data protection',
  15: 'Secure coding',
  16: 'Logging and error handling',
} as const

/**
 * Every requirement of levels 1 and 2 in these chapters, in our own words.
 * @see OWASP Application Security Verification Standard 5.0.0
 */
export const REQUIREMENTS: readonly Requirement[] = requirementsOf([
  ...[...ENCODING, ...VALIDATION, ...WEB_FRONTEND, ...API, ...AUTHENTICATION, ...SESSIONS],
  ...[...AUTHORIZATION, ...SELF_CONTAINED_TOKENS, ...OAUTH, ...CRYPTOGRAPHY, ...COMMUNICATION],
  ...[...CONFIGURATION, ...DATA_PROTECTION, ...SECURE_CODING, ...LOGGING],
])
