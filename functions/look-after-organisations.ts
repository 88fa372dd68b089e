import { app } from '@azure/functions'
import { getApp } from '../shared/app.ts'

app.timer('look-after-organisations', {
  schedule: '15 * * * * *',
  handler: async () => (await getApp()).lookAfterOrganisations(),
})
