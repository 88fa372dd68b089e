import { createMiddleware } from 'hono/factory'
import { accessDenied, itemNotFound, MailboxFailure } from '../mailbox/failures.ts'
import type { GraphDependencies, GraphEnvironment } from './context.ts'
import { parsePreferences } from './preferences.ts'

const unauthenticated = (message: string) => new MailboxFailure(401, 'InvalidAuthenticationToken', message)

/** Lets a request in whose bearer token is valid, and reads what it prefers. */
export const authenticate = ({ tokens, clock }: GraphDependencies) =>
  createMiddleware<GraphEnvironment>(async (c, next) => {
    const [, token] = /^Bearer\s+(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? []
    if (token === undefined) throw unauthenticated('Access token is empty.')
    const caller = tokens.verify(token)
    if (caller === undefined) throw unauthenticated('CompactToken parsing failed with error code: 80049217')
    if (caller.expiresAt <= clock.now()) throw unauthenticated('Access token has expired.')
    c.set('caller', caller)
    c.set('preferences', parsePreferences(c.req.header('prefer')))
    await next()
    const { applied } = c.get('preferences')
    if (applied !== '') c.header('Preference-Applied', applied)
  })

/** Finds the mailbox behind `me` or `users/{id}`; a delegated token opens the caller's own only. */
export const openMailbox = ({ world }: GraphDependencies) =>
  createMiddleware<GraphEnvironment>(async (c, next) => {
    const user = c.req.param('user') ?? 'me'
    const { oid } = c.get('caller')
    const person = user === 'me' ? world.personById(oid) : (world.personById(user) ?? world.personByAddress(user))
    if (person === undefined) throw itemNotFound()
    if (person.oid !== oid) throw accessDenied()
    c.set('mailbox', world.mailboxOf(oid))
    await next()
  })

/** Refuses a token that has none of the scopes. */
export const needsScope = (...anyOf: string[]) =>
  createMiddleware<GraphEnvironment>(async (c, next) => {
    const granted = c.get('caller').scopes.map((scope) => scope.replace(/^https:\/\/graph\.microsoft\.com\//i, ''))
    if (!anyOf.some((scope) => granted.includes(scope))) throw accessDenied()
    await next()
  })
