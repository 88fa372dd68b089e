import { app } from '@azure/functions'
import { getApp } from '../shared/app.ts'

app.timer('forget-audit', {
  schedule: '0 40 3 * * *',
  handler: async () => {
    await (await getApp()).audit.forgetOld()
  },
})
