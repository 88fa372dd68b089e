import { app } from '@azure/functions'
import { getApp } from '../shared/app.ts'

app.timer('rewrap-keys', {
  schedule: '0 41 2 * * *',
  handler: async () => {
    await (await getApp()).rewrapKeys()
  },
})
