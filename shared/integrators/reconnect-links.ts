import { SyncError } from '../core/errors.ts'
import type { BlindIndex } from '../crypto/ports.ts'
import { sameText } from '../crypto/same-text.ts'
import type { Grants } from './grants.ts'
import type { Integrator } from './integrator.ts'
import type { Integrators } from './integrators.ts'

/** An account that is to be connected again, and the integrator that sends its person. */
export interface Reconnection {
  readonly account: string
  readonly clientId: string
}

/**
 * Links that bring a person to sign in with Microsoft again. A link says by itself what it is for, so that none has to be
 * stored when it is told, and gives no right: it leads to a sign-in, which only the very account passes. So it is good for
 * as long as the integrator has the person's consent.
 */
export interface ReconnectLinks {
  /** What the link carries. */
  issue(reconnection: Reconnection): string
  /** @throws SyncError `RECONNECT_LINK_OVER` for what we did not issue as well: nobody learns which accounts there are. */
  find(link: string): Promise<{ readonly account: string; readonly integrator: Integrator }>
  /** @throws SyncError `RECONNECT_LINK_OVER` when the account, the integrator or the person's consent is gone. */
  check(reconnection: Reconnection): Promise<Integrator>
}

interface Dependencies {
  readonly blind: BlindIndex
  readonly integrators: Pick<Integrators, 'find'>
  readonly grants: Pick<Grants, 'allowed'>
  readonly isKnown: (account: string) => Promise<boolean>
}

/** 22 characters of account, 43 of MAC, and the client id in base64url. */
const SHAPE = /^([\w-]{22})[\w-]{43}([\w-]{2,86})$/

export function createReconnectLinks({ blind, integrators, grants, isKnown }: Dependencies): ReconnectLinks {
  return { issue, find, check }

  function issue({ account, clientId }: Reconnection): string {
    const mac = Buffer.from(blind.mac('reconnect', account, clientId)).toString('base64url')
    return `${account.slice('acc_'.length)}${mac}${Buffer.from(clientId).toString('base64url')}`
  }

  async function find(link: string) {
    const [, token, client] = SHAPE.exec(link) ?? []
    if (token === undefined || client === undefined) throw isOver()
    const said = { account: `acc_${token}`, clientId: Buffer.from(client, 'base64url').toString() }
    if (!sameText(link, issue(said))) throw isOver()
    return { account: said.account, integrator: await check(said) }
  }

  async function check({ account, clientId }: Reconnection): Promise<Integrator> {
    const integrator = await integrators.find(clientId)
    if (integrator === undefined || (await grants.allowed(account, clientId)) === undefined) throw isOver()
    if (!(await isKnown(account))) throw isOver()
    return integrator
  }
}

const isOver = () => new SyncError('RECONNECT_LINK_OVER', 'nothing can be connected again with this link')
