import { createPorts } from '../../shared/app.ts'
import { configOrThrow, readConfig } from '../../shared/config.ts'
import type { Log } from '../../shared/core/log.ts'
import type { Scope } from '../../shared/integrators/scopes.ts'
import { createService } from '../../shared/service.ts'
import { SAMPLE } from './settings.ts'

const SCOPES: readonly Scope[] = [
  'read_events',
  'create_event',
  'delete_event',
  'read_free_busy',
  'change_participation_status',
  'create_calendar',
]

/** Registers FlowAgent and `sample` through the service's own code, sealed as in production. */
export async function registerIntegrators(
  settings: Record<string, string>,
  log: Log,
  { flowagent }: { flowagent: { secret: string; redirectUri: string } },
): Promise<void> {
  const service = await createService({ ...createPorts(configOrThrow(readConfig(settings))), log })
  const common = { scopes: SCOPES, pkce: 'required' as const, permission: 'unrestricted' as const }
  await service.oauth.integrators.register({
    ...common,
    clientId: 'flowagent',
    name: 'FlowAgent',
    secrets: [flowagent.secret],
    redirectUris: [flowagent.redirectUri],
  })
  await service.oauth.integrators.register({
    ...common,
    clientId: SAMPLE.clientId,
    name: 'Sample integrator',
    secrets: [SAMPLE.secret],
    redirectUris: [SAMPLE.redirectUri],
  })
}
