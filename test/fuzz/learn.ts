import { SAMPLE } from '../../infra/local/settings.ts'
import { PLANNER } from '../support/authorization.ts'
import type { Known } from './from-schema.ts'
import type { Target, Tokens } from './target.ts'

const READ = [
  ['readUserinfo', '/v1/userinfo'],
  ['readCalendars', '/v1/calendars'],
  ['readEvents', '/v1/events?tzid=Etc/UTC&include_managed=true'],
] as const

const IDS = /\b(?:acc|pro|cal|ser|act)_[A-Za-z0-9_-]+|\bevt_external_[A-Za-z0-9_-]+/g

/** Every id that a person's answers hold. */
export async function idsOf(target: Target, { access_token }: Tokens): Promise<readonly string[]> {
  const headers = { authorization: `Bearer ${access_token}` }
  const found = new Set<string>()
  for (const [endpoint, address] of READ) {
    const { body } = await target.send(endpoint, { method: 'GET', address, headers })
    for (const [id] of body.matchAll(IDS)) found.add(id)
  }
  return [...found]
}

/** The id of a change that the one who asks has asked for. */
async function actionOf(target: Target, { access_token }: Tokens, ids: readonly string[]): Promise<string> {
  const answer = await target.send('upsertEvent', {
    method: 'POST',
    address: `/v1/calendars/${ids.find((id) => id.startsWith('cal_'))}/events`,
    headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ event_id: 'fuzz-4', summary: 'Fuzz', start: '2026-11-28', end: '2026-11-29' }),
  })
  return answer.headers.get('location')?.split('/').at(-1) ?? 'act_1_x'
}

/** What requests may name: ids of the one who asks and of the other one, and credentials that cannot revoke what it asks with. */
export async function learn(target: Target, tokens: Tokens, foreign: readonly string[]): Promise<Known> {
  const ids = await idsOf(target, tokens)
  const of = (prefix: string) => {
    const [own, others] = [ids, foreign].map((all) => all.filter((id) => id.startsWith(prefix)).slice(0, 10))
    return [...(own ?? []), ...(own ?? []), ...(others ?? [])]
  }
  const known: [string, readonly string[]][] = [
    ['calendar_id', of('cal_')],
    ['calendar_ids', of('cal_')],
    ['event_uid', of('evt_')],
    ['event_id', ['fuzz-1', 'fuzz-2', 'fuzz-3', 'fuzz-4']],
    ['profile_id', foreign.filter((id) => id.startsWith('pro_'))],
    ['sub', of('acc_')],
    ['id', [await actionOf(target, tokens, ids), ...of('act_')]],
    ['tzid', ['Europe/Copenhagen', 'Etc/UTC', 'America/St_Johns']],
    ['from', ['2026-11-20', '2026-11-01T00:00:00Z', '2026-10-20 00:00:00Z', '1900-01-01']],
    ['to', ['2026-12-01', '2026-11-30T00:00:00+01:00', '2200-01-01']],
    ['last_modified', ['2026-11-01T00:00:00Z', '2026-11-20 09:00:00Z']],
    ['client_id', [PLANNER.clientId, SAMPLE.clientId, 'nobody']],
    ['client_secret', [PLANNER.secret, 'wrong']],
    ['redirect_uri', [SAMPLE.redirectUri, 'https://elsewhere.example/']],
    ['response_type', ['code']],
    ['scope', ['read_events', 'read_events create_event', 'everything']],
    ['code_challenge', ['WmOirgcsxO7j3Jl-zwAgvRvANvsALTm1MqZbnNFMuV8']],
    ['code_challenge_method', ['S256']],
    ['refresh_token', await target.spareTokens()],
    ['token', await target.spareTokens()],
  ]
  return new Map(known.filter(([, values]) => values.length > 0))
}
