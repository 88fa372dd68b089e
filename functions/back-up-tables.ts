import { app } from '@azure/functions'
import { getApp } from '../shared/app.ts'

app.timer('back-up-tables', {
  schedule: '30 */5 * * * *',
  handler: async () => (await getApp()).backUpTables(),
})
