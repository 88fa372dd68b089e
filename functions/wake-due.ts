import { app } from '@azure/functions'
import { getApp } from '../shared/app.ts'

app.timer('wake-due', {
  schedule: '*/30 * * * * *',
  handler: async () => {
    await (await getApp()).wakeDue()
  },
})
