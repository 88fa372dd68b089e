import { app } from '@azure/functions'
import { getApp } from '../shared/app.ts'

app.timer('forget-sign-ins', {
  schedule: '30 */15 * * * *',
  handler: async () => (await getApp()).forgetSignIns(),
})
