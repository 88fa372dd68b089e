import type { Random } from '../../../../shared/core/random.ts'
import type { Clock } from '../../../../shared/core/time.ts'
import { createWorld, type World } from '../world.ts'
import { seedCalendars } from './calendars.ts'
import { seedEveryday } from './everyday.ts'
import { seedMoments } from './moments.ts'
import { seedPeople } from './people.ts'
import { createPlanner } from './planner.ts'
import { seedSeries } from './series.ts'

/**
 * A world to look at: two organisations, ten people, and calendars around the current week. The same time and the same
 * `random` give the same world, ids included.
 */
export function seedWorld({ clock, random }: { clock: Clock; random: Random }): World {
  const world = createWorld({ clock, random })
  const people = seedPeople(world)
  const planner = createPlanner(world)
  seedSeries(planner, people)
  seedMoments(planner, people)
  seedEveryday(planner, people)
  seedCalendars(world, planner, people)
  for (const { oid } of world.people.values()) world.mailboxOf(oid).clearMails()
  return world
}
