import { app } from '@azure/functions'
import { getApp } from '../shared/app.ts'

app.timer('forget-rates', {
  schedule: '0 27 3 * * *',
  handler: async () => (await getApp()).forgetRates(),
})
