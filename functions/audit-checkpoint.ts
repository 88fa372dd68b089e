import { app } from '@azure/functions'
import { getApp } from '../shared/app.ts'

app.timer('audit-checkpoint', {
  schedule: '0 7 * * * *',
  handler: async () => (await getApp()).audit.checkpoint(),
})
