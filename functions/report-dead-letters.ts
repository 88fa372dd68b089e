import { app } from '@azure/functions'
import { getApp } from '../shared/app.ts'

app.timer('report-dead-letters', {
  schedule: '0 * * * * *',
  handler: async () => {
    await (await getApp()).reportDeadLetters()
  },
})
