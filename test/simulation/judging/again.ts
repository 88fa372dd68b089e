import { later, minutes } from '../../../shared/core/time.ts'
import { staying, type User } from '../people/users.ts'
import { isOfEarlierLife, type Wish } from '../people/wish.ts'
import type { World } from '../world.ts'
import { eventOfWish } from './event-of-wish.ts'
import type { Inspection } from './inspector.ts'

/** Everybody repeats what was asked for last, and nothing is written and nobody gets a mail (I4). */
export async function askAgain({ users, inspect, finish, cluster, scheduler }: World): Promise<string[]> {
  const inspector = await inspect()
  const { requests } = cluster.microsoft.graph
  const mails = () => users.reduce((sum, { mailbox }) => sum + mailbox.mails.length, 0)
  const before = mails()
  requests.clear()
  for (const user of staying(users)) {
    const inspection = await inspector.inspect(user.person)
    for (const { writer } of user.integrators)
      await finish(writer?.repeat((wish) => isStanding(user, inspection, wish)) ?? Promise.resolve())
  }
  await scheduler.run(later(scheduler.now(), minutes(10)))
  const writes = requests.list().filter(({ method, path }) => method !== 'GET' && /\/events/.test(path))
  return [
    ...writes.map(({ method, path, status }) => `I4: a second pass writes: ${method} ${path.slice(-40)} ${status}`),
    ...(mails() > before ? [`I4: a second pass sends ${mails() - before} mails`] : []),
  ].slice(0, 4)
}

/** Whether a wish was fulfilled and is the last thing its integrator asked for of the event. */
function isStanding(user: User, inspection: Inspection, wish: Wish): boolean {
  const state = inspection.actions.find(({ number }) => number === wish.action)?.state
  const event = eventOfWish(user, inspection)
  const { wishes } = user.notebook
  const isLast = wishes.every(
    (other) =>
      other.integrator !== wish.integrator ||
      other.sent <= wish.sent ||
      (other.kind !== 'delete-all' && event(other) !== event(wish)),
  )
  return isLast && !isOfEarlierLife(user.notebook, wish) && (state === 'applied' || state === 'unchanged')
}
