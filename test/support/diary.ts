import { createHash } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { createPorts } from '../../shared/app.ts'
import { configOrThrow, readConfig } from '../../shared/config.ts'
import { randomToken, systemRandom } from '../../shared/core/random.ts'
import { createService } from '../../shared/service.ts'
import type { RunningSystem } from './system.ts'

/** An integrator of a running system that a browser can come back to. People must allow it to change what it did not create. */
export interface Diary {
  /** Where the browser is when it has come back. */
  readonly home: string
  authorizeUrl(scope: string): string
  /** The token set for the code in the address that the browser came back to. */
  redeem(address: string): Promise<Record<string, string>>
  /** A link that asks for the permission to change everything in the person's first calendars. */
  permissionLink(token: string, calendars: number): Promise<string>
  /** What the API tells of the connected profile. */
  profile(token: string): Promise<Profile>
  close(): Promise<void>
}

interface Profile {
  readonly profile_id: string
  readonly profile_connected: boolean
  readonly profile_initial_sync_required: boolean
  readonly profile_relink_url?: string
}

const VERIFIER = 'a-verifier-that-is-long-enough-for-the-rule-of-43'

export async function startDiary({ addresses, settings }: RunningSystem): Promise<Diary> {
  const headers = { 'content-type': 'text/html', 'content-security-policy': "default-src 'none'" }
  const fetchPage = () => new Response('<!doctype html><title>Diary</title><h1>Back at the diary</h1>', { headers })
  const server = serve({ fetch: fetchPage, port: 0, hostname: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  const home = `http://127.0.0.1:${(server.address() as AddressInfo).port}/back`
  const client = { client_id: 'diary', client_secret: randomToken(systemRandom) }
  const ports = createPorts(configOrThrow(readConfig(settings)))
  const service = await createService({ ...ports, log: () => undefined })
  await service.oauth.integrators.register({
    clientId: client.client_id,
    name: 'Diary',
    secrets: [client.client_secret],
    redirectUris: [home],
    scopes: ['read_events', 'create_event'],
    pkce: 'required',
    permission: 'sandbox',
  })

  return {
    home,
    authorizeUrl(scope) {
      const challenge = createHash('sha256').update(VERIFIER).digest('base64url')
      const asked = { response_type: 'code', client_id: 'diary', redirect_uri: home, scope, state: 'xyz' }
      const pkce = { code_challenge: challenge, code_challenge_method: 'S256' }
      return `${addresses.sync}/oauth/authorize?${new URLSearchParams({ ...asked, ...pkce })}`
    },
    async redeem(address) {
      const code = new URL(address).searchParams.get('code') ?? ''
      const grant = { grant_type: 'authorization_code', redirect_uri: home, code, code_verifier: VERIFIER }
      const body = new URLSearchParams({ ...client, ...grant })
      const answer = await fetch(`${addresses.sync}/oauth/token`, { method: 'POST', body })
      return (await answer.json()) as Record<string, string>
    },
    async permissionLink(token, count) {
      const sent = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const listed = await fetch(`${addresses.sync}/v1/calendars`, { headers: sent })
      const { calendars } = (await listed.json()) as { calendars: { calendar_id: string }[] }
      const permissions = calendars
        .slice(0, count)
        .map(({ calendar_id }) => ({ calendar_id, permission_level: 'unrestricted' }))
      const body = JSON.stringify({ permissions, redirect_uri: home })
      const answer = await fetch(`${addresses.sync}/v1/permissions`, { method: 'POST', headers: sent, body })
      const { permissions_request: asked } = (await answer.json()) as { permissions_request?: { url: string } }
      return asked?.url ?? `not asked: ${answer.status}`
    },
    async profile(token) {
      const answer = await fetch(`${addresses.sync}/v1/profiles`, { headers: { authorization: `Bearer ${token}` } })
      const { profiles } = (await answer.json()) as { profiles: [Profile] }
      return profiles[0]
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
