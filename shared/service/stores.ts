import { createErasure } from '../accounts/erasure.ts'
import { createAudit } from '../audit/audit.ts'
import type { FirstKeys } from '../crypto/key-record.ts'
import { createKeyRing } from '../crypto/key-ring.ts'
import { wakeOrLeave } from '../messaging/wake-or-leave.ts'
import { createAdmission } from '../organisations/admission.ts'
import { createAccountRows } from '../storage/accounts/account-rows.ts'
import { createAccounts } from '../storage/accounts/accounts.ts'
import { createActionLog } from '../storage/accounts/action-log.ts'
import { createChannelStore } from '../storage/accounts/channels.ts'
import { createErasedRows } from '../storage/accounts/erased-rows.ts'
import { createEvents } from '../storage/accounts/events.ts'
import { createOwnEvents } from '../storage/accounts/own-events.ts'
import { createRequestLog } from '../storage/accounts/request-log.ts'
import { createCheckpointStore } from '../storage/audit/checkpoint-rows.ts'
import { createTrailStore } from '../storage/audit/trail-rows.ts'
import { endingInLedger } from '../storage/ledger/ending-in-ledger.ts'
import { createLedger } from '../storage/ledger/ledger.ts'
import { createGrantStore } from '../storage/oauth/grant-rows.ts'
import { createIntegratorStore } from '../storage/oauth/integrator-rows.ts'
import { createOneTimeRows } from '../storage/oauth/one-time-rows.ts'
import { createOrganisationStore } from '../storage/organisations/organisation-rows.ts'
import { createRateCounters } from '../storage/rates.ts'
import { createSchedule } from '../storage/schedule.ts'
import { createSealedRows } from '../storage/sealed-rows.ts'
import type { Ports } from './ports.ts'

/** Everything that is stored, the keys it is sealed with, and what works on rows alone: trail, admission, erasure. */
export type Stores = Awaited<ReturnType<typeof createStores>>

/**
 * @throws SyncError `VAULT_UNAVAILABLE`, `STORAGE_UNAVAILABLE` when the root secret cannot be loaded; try again.
 * @throws SyncError `KEY_MISSING` when there is none, unless it is the first and first keys are made.
 */
export async function createStores(ports: Ports, firstKeys: FirstKeys) {
  const { config, vault, tables, waker, clock, random, log, telemetry } = ports
  const { ENVIRONMENT: environment } = config
  const keysTable = tables.table('keys')
  const keyRing = createKeyRing({ environment, vault, keysTable, clock, random, log, telemetry, firstKeys })
  const { envelope } = keyRing
  const blind = await keyRing.blindIndex()
  const ledger = createLedger(tables, blind)
  const sealed = createSealedRows({ envelope })
  const bind = createAccountRows(sealed)
  const organisations = createOrganisationStore(tables, sealed, blind, log)
  const grants = createGrantStore(tables, sealed, blind, log)
  const admission = createAdmission({ store: organisations, clock })
  const audit = createAudit({
    ...{ store: createTrailStore(tables, sealed), checkpoints: createCheckpointStore(tables, sealed) },
    ...{ blind, vault, clock, random, log },
  })
  const visitRepaired = (account: string) =>
    wakeOrLeave({ waker, log }, { account, reason: 'due' }, 'repair-waits-for-timer')
  const accounts = createAccounts(tables, bind, blind, log, audit, visitRepaired)
  const erasing = {
    ...{ ledger, accounts, grants, admission, audit, waker, clock, log },
    rows: createErasedRows(tables),
  }
  return {
    ...{ envelope, blind, accounts, bind, keyRing, ledger, audit, admission, organisations, erasing },
    erasure: createErasure(erasing),
    actions: createActionLog(tables, bind, log),
    events: createEvents(tables, bind, blind, log),
    ownEvents: createOwnEvents(tables, bind, blind, log),
    channels: createChannelStore({ accounts, tables, bind, blind, log }),
    requests: createRequestLog(tables, bind, clock, log),
    integrators: createIntegratorStore(tables, sealed, blind),
    grants: endingInLedger(grants, ledger, clock),
    oneTime: createOneTimeRows(tables, sealed, blind, clock),
    rates: createRateCounters(tables, blind, clock),
    schedule: createSchedule(tables),
  }
}
