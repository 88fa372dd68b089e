import { app } from '@azure/functions'
import { getApp } from '../shared/app.ts'

app.timer('wake-erasures', {
  schedule: '15 * * * * *',
  handler: async () => {
    await (await getApp()).wakeErasures()
  },
})
