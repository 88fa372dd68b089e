import { app } from '@azure/functions'
import { getApp } from '../shared/app.ts'

app.timer('forget-samples', {
  schedule: '0 52 3 * * *',
  handler: async () => (await getApp()).operations.forget(),
})
