import type * as z from 'zod'
import { applyFaults, FaultOrder } from '../../infra/local/microsoft365/control/fault-order.ts'
import type { Faults } from '../../infra/local/microsoft365/graph/faults.ts'

/** Orders faults as `/_control/faults` takes them. @throws ZodError for an order that it would refuse */
export const orderFaults = (faults: Faults, order: z.input<typeof FaultOrder>): void =>
  applyFaults(faults, FaultOrder.parse(order))
