import { type DurationMs, type EpochMs, later } from '../../shared/core/time.ts'
import { describe } from './describe.ts'
import { doneWithin, unfinished } from './judging/promptness.ts'
import type { User } from './people/users.ts'
import { deploy } from './service/deployer.ts'
import { createKeeper, type Keeper, readsWithNewest } from './service/keeper.ts'
import { createNewerRelease, type NewerRelease } from './service/newer-release.ts'
import { restoreOnce } from './service/restorer.ts'
import { damageRows } from './service/vandal.ts'
import type { World } from './world.ts'

const FOREVER = Number.POSITIVE_INFINITY as EpochMs

/**
 * What happens in a world: people connect and edit, integrators ask for changes while things go wrong, then nothing goes
 * wrong any more, and what was begun is done.
 * @returns what was not done in time.
 */
export async function runCourse(world: World): Promise<readonly string[]> {
  const { dice, scheduler, cluster, swarm, vault, inspect, finish } = world
  const keeper = createKeeper({ scheduler, vault, cluster, dice: dice.fork('keeper'), times: swarm.episodes.rotations })
  const isOver = await misfortune(world, keeper)
  world.disturb(false)
  scheduler.note('NOTHING GOES WRONG ANY MORE')
  await scheduler.run(FOREVER, isOver)
  cluster.partitions.heal()
  await finish(keeper.end())
  const late = await lateIn(world)
  return swarm.episodes.rotations > 0 ? [...late, ...(await readsWithNewest(vault, inspect))] : late
}

/** @returns whether everybody has done what they will do. */
async function misfortune(world: World, keeper: Keeper): Promise<() => boolean> {
  const { scheduler, swarm, users } = world
  if (swarm.connectsFirst) await scheduler.run(FOREVER, unlessItFails(world, users.map(connectAll)))
  world.disturb(true)
  scheduler.note('THINGS GO WRONG')
  const newer = createNewerRelease({ inspect: world.inspect, dice: world.dice.fork('newer') })
  const isOver = unlessItFails(world, [...lives(world, newer), ...upheavals(world, keeper, newer)])
  await scheduler.run(FOREVER, () => isOver() || scheduler.steps > swarm.faultySteps)
  return isOver
}

async function lateIn({ scheduler, swarm, users, cluster, inspect, finish }: World): Promise<readonly string[]> {
  const wait = doneWithin(swarm)
  if (wait === undefined) return []
  await scheduler.run(later(scheduler.now(), wait))
  const inspector = await inspect()
  const late: string[] = []
  // A round that tells of nothing is not believed before it has been read once more, minutes later.
  const held = cluster.logged.filter((line) => line.includes('"mass-deletion-held"'))
  const isHeld = (calendar: string) => held.some((line) => line.includes(calendar))
  for (const user of users) {
    const { calendars, ...inspection } = await inspector.inspect(user.person)
    const judged = { ...inspection, calendars: calendars.filter(({ key }) => !isHeld(key)) }
    late.push(...(await unfinished(swarm, user, judged, finish)))
  }
  return late
}

/** @returns whether all of it is done. */
function unlessItFails({ scheduler }: World, work: readonly Promise<unknown>[]): () => boolean {
  let busy = work.length
  const fail = (error: unknown) => scheduler.violate(`a person met ${describe(error)}`)
  for (const one of work) void one.catch(fail).then(() => busy--)
  return () => busy === 0
}

/** What happens to the service as a whole, beside what its people do. */
const upheavals = (world: World, keeper: Keeper, newer: NewerRelease): readonly Promise<unknown>[] => {
  const { scheduler, dice, cluster, swarm, tables } = world
  return [
    keeper.work(),
    deploy({ scheduler, cluster, newer, dice: dice.fork('deploys'), times: swarm.episodes.deploys }),
    cluster.partitions.work(cluster.names),
    damageRows({ scheduler, tables, dice: dice.fork('damage'), times: swarm.episodes.damages }),
  ]
}

/** Some lose their tables while people live, the others when everybody is done, and some have left for good. */
function lives(world: World, newer: NewerRelease): readonly Promise<unknown>[] {
  const { scheduler, cluster, users, tables, swarm } = world
  if (!swarm.episodes.restore) return users.map((user) => live(world, user, undefined))
  const dice = world.dice.fork('restores')
  const restore = (after?: Promise<unknown>) => restoreOnce({ scheduler, cluster, users, newer, after, tables, dice })
  if (dice.chance(0.5)) {
    const all = Promise.all(users.map((user) => live(world, user, undefined)))
    return [all, restore(all)]
  }
  const restored = restore()
  return [restored, ...users.map((user) => live(world, user, restored))]
}

/** @param restored the restore that the person's last deed comes after. */
async function live(world: World, user: User, restored: Promise<void> | undefined): Promise<void> {
  const work = user.integrators.flatMap(({ writer, follower }) => [
    writer?.work(),
    // Something has to happen that only the channel tells.
    follower?.work().then(user.editor.work),
  ])
  await Promise.all([connectAgain(world, user), user.editor.work(), user.leaver.work(), ...work])
  await restored
  await user.leaver.end()
}

async function connectAgain({ dice, swarm, scheduler }: World, user: User): Promise<void> {
  const pauses = dice.fork(`${user.owner.name} connects`)
  for (let times = 0; times < swarm.connects; times++) {
    if (times > 0 || !swarm.connectsFirst) await connectAll(user)
    const pause = pauses.below((swarm.pauseMs * swarm.operations) / 4) as DurationMs
    if (times + 1 < swarm.connects) await scheduler.clock(user.owner).sleep(pause)
  }
}

const connectAll = ({ integrators }: User) => Promise.all(integrators.map(({ client }) => client.connect()))
