import type { Person } from '../../../infra/local/microsoft365/world.ts'
import type { ApiResponse } from '../../../shared/api/response.ts'
import type { Registration } from '../../../shared/integrators/integrator.ts'
import type { Service } from '../../../shared/service.ts'
import { askingFor, back, form, redemption } from '../../support/oauth.ts'
import type { Owner } from '../scheduler.ts'
import type { Cluster } from '../service/cluster.ts'
import { contentOf, locationOf } from './answer.ts'

export interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  /** The account. */
  readonly sub: string
}

interface Dependencies {
  readonly cluster: Cluster
  readonly owner: Owner
  readonly person: Person
  readonly integrator: Registration
}

/** The account that an administrator would have. */
const INSTALLER = `acc_${'i'.repeat(22)}`

/** Lets a person connect in the browser with an integrator. One try each; what was prepared in vain is prepared again. */
export function createSignIn({ cluster, owner, person, integrator }: Dependencies): () => Promise<Tokens> {
  let isPrepared = false
  const ask = (label: string, use: (service: Service) => Promise<ApiResponse>) => cluster.ask(owner, label, use)

  /** What somebody else has done before a person connects. */
  async function prepare(): Promise<void> {
    await cluster.ask(owner, 'registers', ({ oauth }) => oauth.integrators.register(integrator))
    await cluster.ask(owner, 'installs', ({ organisations }) => organisations.install(person.tid, INSTALLER))
    isPrepared = true
  }

  async function signIn(): Promise<Tokens> {
    if (!isPrepared) await prepare()
    const [redirect_uri] = integrator.redirectUris
    const asking = askingFor({
      client_id: integrator.clientId,
      redirect_uri: redirect_uri ?? '',
      scope: integrator.scopes.join(' '),
    })
    const page = await ask('opens consent', ({ oauth }) => oauth.authorize(asking))
    const cookie = page.headers['set-cookie']?.split(';')[0] ?? ''
    const inputs = [...page.body.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ])
    const agreed = form('/oauth/authorize', { ...Object.fromEntries(inputs), decision: 'continue' }, { cookie })
    const away = locationOf(await ask('agrees', ({ oauth }) => oauth.authorize(agreed)))
    const answer = back({ state: away.searchParams.get('state') ?? '', code: person.oid }, cookie)
    const returned = locationOf(await ask('comes back', ({ oauth }) => oauth.callback(answer)))
    const code = returned.searchParams.get('code') ?? ''
    return contentOf<Tokens>(
      await ask('redeems', ({ oauth }) => oauth.token(form('/oauth/token', redemption(code, integrator)))),
    )
  }

  return async () => {
    try {
      return await signIn()
    } catch (error) {
      isPrepared = false
      throw error
    }
  }
}
