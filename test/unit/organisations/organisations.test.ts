import { expect, test } from 'vitest'
import { createOrganisations } from '../../../shared/organisations/organisations.ts'
import { createOrganisationStore } from '../../../shared/storage/organisations/organisation-rows.ts'
import { createSealedRows } from '../../../shared/storage/sealed-rows.ts'
import { createKeyWorld } from '../../support/crypto.ts'

const TENANT = '5f2d8c1e-0000-4000-8000-000000000001'

/** Organisations that two administrators decide about: `meanwhile` is what the other one does while this one is put on record. */
async function startTwo(meanwhile: (other: ReturnType<typeof createOrganisations>) => Promise<void>) {
  const { clock, tables, instance } = createKeyWorld()
  const keys = instance()
  const store = createOrganisationStore(tables, createSealedRows(keys), await keys.blindIndex(), () => undefined)
  const ledger = { uninstall: async () => undefined }
  const other = createOrganisations({ store, ledger, clock, audit: { record: async () => undefined } })
  const audit = { record: () => meanwhile(other) }
  return createOrganisations({ store, ledger, clock, audit })
}

test('an organisation that is installed and uninstalled while it is being installed stays uninstalling', async () => {
  const organisations = await startTwo(async (other) => {
    await other.install(TENANT, 'acc_other')
    await other.uninstall(TENANT, 'acc_other')
  })
  await expect(organisations.install(TENANT, 'acc_one')).rejects.toMatchObject({ code: 'ORGANISATION_UNINSTALLING' })
  expect(await organisations.find(TENANT)).toMatchObject({ state: 'uninstalling' })
})

test('one that two install at once is installed by the first', async () => {
  const organisations = await startTwo((other) => other.install(TENANT, 'acc_other'))
  await organisations.install(TENANT, 'acc_one')
  expect(await organisations.find(TENANT)).toMatchObject({ state: 'installed', installedBy: 'acc_other' })
})
