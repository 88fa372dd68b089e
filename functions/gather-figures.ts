import { app } from '@azure/functions'
import { getApp } from '../shared/app.ts'

app.timer('gather-figures', {
  schedule: '0 */5 * * * *',
  handler: async () => (await getApp()).operations.gather(),
})
