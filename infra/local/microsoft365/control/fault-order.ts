import { Hono } from 'hono'
import * as z from 'zod'
import { FaultSchema, type Faults, noFaults } from '../graph/faults.ts'

const { notifications, lifecycle, subscriptions, delta } = FaultSchema.shape

/** Which faults to set; what is not named stays as it is. A list replaces the one before. */
export const FaultOrder = FaultSchema.extend({
  notifications: notifications.partial().strict(),
  lifecycle: lifecycle.partial().strict(),
  subscriptions: subscriptions.partial().strict(),
  delta: delta.partial().strict(),
})
  .partial()
  .strict()

export function applyFaults(faults: Faults, order: z.infer<typeof FaultOrder>): void {
  const { notifications, lifecycle, subscriptions, delta, ...rest } = order
  Object.assign(faults, rest, order.seed !== undefined && { draws: {} })
  Object.assign(faults.notifications, notifications)
  Object.assign(faults.lifecycle, lifecycle)
  Object.assign(faults.subscriptions, subscriptions)
  Object.assign(faults.delta, delta)
}

/** `/_control/faults`: what is set, what is to be set, and DELETE to let everything behave again. */
export function createFaultControl(faults: Faults): Hono {
  const app = new Hono()
  app.get('/_control/faults', (c) => c.json(faults))
  app.post('/_control/faults', async (c) => {
    const order = FaultOrder.safeParse(await c.req.json())
    if (!order.success) return c.json({ error: z.prettifyError(order.error) }, 400)
    applyFaults(faults, order.data)
    return c.json(faults)
  })
  app.delete('/_control/faults', (c) => {
    Object.assign(faults, noFaults())
    return c.body(null, 204)
  })
  return app
}
