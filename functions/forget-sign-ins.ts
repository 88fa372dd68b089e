import { app } from '@azure/functions'
import { getApp } from '../shared/app.ts'

app.timer('forget-sign-ins', {
  schedule: '0 17 * * * *',
  handler: async () => (await getApp()).forgetSignIns(),
})
