import type { Table, Tables } from '../../shared/storage/table.ts'
import { type ServiceFixture, startService } from './service.ts'

/** An instance that ends at its n-th step: before that step had its effect, or before it learnt of it. */
interface Doom {
  step<T>(effect: () => Promise<T>): Promise<T>
  steps(): number
}

class InstanceEnded extends Error {}

/** Nothing that the instance begins after its end has an effect. */
function createDoom(end: number, when: 'before' | 'after'): Doom {
  let steps = 0
  return {
    steps: () => steps,
    async step(effect) {
      steps++
      if (steps > end || (steps === end && when === 'before')) throw new InstanceEnded()
      const result = await effect()
      if (steps >= end) throw new InstanceEnded()
      return result
    },
  }
}

const doomed = (tables: Tables, doom: Doom): Tables => ({
  table(name) {
    const table: Table = tables.table(name)
    return {
      name: table.name,
      get: (...given) => doom.step(() => table.get(...given)),
      commit: (...given) => doom.step(() => table.commit(...given)),
      async *range(...given) {
        for await (const page of table.range(...given)) yield await doom.step(async () => page)
      },
    }
  },
})

/** Another instance, whose every step towards tables, queues, Entra and Graph is one at which it may end. */
export async function startDoomedBeside(base: ServiceFixture, end: number, when: 'before' | 'after') {
  const doom = createDoom(end, when)
  let isArmed = false
  const guarded: Doom = { ...doom, step: (effect) => (isArmed ? doom.step(effect) : effect()) }
  const instance = await startService({
    beside: base,
    throughTables: (tables) => doomed(tables, guarded),
    throughWaker: (waker) => ({ wake: (...given) => guarded.step(() => waker.wake(...given)) }),
    throughChannelWaker: (waker) => ({ wake: (...given) => guarded.step(() => waker.wake(...given)) }),
    throughEntra: (entra) => ({
      ...entra,
      redeem: (...given) => guarded.step(() => entra.redeem(...given)),
      accessToken: (...given) => guarded.step(() => entra.accessToken(...given)),
    }),
  })
  instance.intercept = (sent) => guarded.step(() => base.graph.fetch(sent))
  isArmed = true
  return { instance, doom }
}
