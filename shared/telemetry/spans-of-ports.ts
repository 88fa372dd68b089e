import { SILENT } from '../core/telemetry.ts'
import type { Ports } from '../service/ports.ts'
import { wakerInSpans } from './spans-of-queues.ts'
import { entraInSpans, fetchInSpans, postInSpans } from './spans-of-requests.ts'
import { tablesInSpans } from './spans-of-tables.ts'
import { vaultInSpans } from './spans-of-vault.ts'

/** Everything outside, each request to it with a span. */
export function portsInSpans(ports: Ports): Ports {
  const { telemetry } = ports
  if (telemetry === SILENT) return ports
  return {
    ...ports,
    tables: tablesInSpans(ports.tables, telemetry),
    vault: vaultInSpans(ports.vault, telemetry),
    waker: wakerInSpans(ports.waker, 'mailbox', telemetry),
    channelWaker: wakerInSpans(ports.channelWaker, 'channel', telemetry),
    post: postInSpans(ports.post, telemetry),
    entra: entraInSpans(ports.entra, telemetry),
    fetch: fetchInSpans(ports.fetch, telemetry),
  }
}
