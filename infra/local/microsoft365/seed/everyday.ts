import { Temporal } from 'temporal-polyfill'
import type { Person } from '../world.ts'
import type { People } from './people.ts'
import type { Planner } from './planner.ts'

interface Idea {
  subject: string
  minutes: number
  place?: string
  online?: boolean
  /** How many colleagues are invited. */
  people: number
}

const IDEAS: readonly [Idea, ...Idea[]] = [
  { subject: 'Interview: product designer', minutes: 60, place: 'Meeting room Valby', people: 1 },
  { subject: 'Offer for Northwind', minutes: 45, people: 1, online: true },
  { subject: 'Roadmap: open questions', minutes: 60, people: 2, online: true },
  { subject: 'Walk and talk', minutes: 30, place: 'The lakes', people: 1 },
  { subject: 'Contract review', minutes: 60, people: 1 },
  { subject: 'Prepare the board paper', minutes: 90, people: 0 },
  { subject: 'Onboarding, week two', minutes: 45, place: 'Canteen', people: 1 },
  { subject: 'Invoices and travel costs', minutes: 30, people: 0 },
  { subject: 'Usability test', minutes: 90, place: 'Lab', people: 2 },
  { subject: 'Supplier call', minutes: 30, people: 0, online: true },
  { subject: 'Security training', minutes: 60, people: 3, online: true },
  { subject: 'Read the contract', minutes: 60, people: 0 },
  { subject: 'Retrospective', minutes: 75, place: 'Meeting room Amager', people: 3 },
]
const HOURS: readonly [string, ...string[]] = [
  '08:00',
  '09:00',
  '10:15',
  '11:00',
  '12:30',
  '13:15',
  '14:00',
  '15:00',
  '16:15',
]

/** Ordinary working days: more events close to today than far ahead. */
export function seedEveryday(planner: Planner, people: People): void {
  const { anna, mikkel, sofie, jonas, freja, oliver, camilla, henrik, ida } = people
  fill(planner, anna, [sofie, jonas, freja, oliver], { from: -42, to: 180, density: 0.9 })
  fill(planner, mikkel, [anna, oliver], { from: -14, to: 28, density: 0.5 })
  fill(planner, sofie, [freja, jonas], { from: -14, to: 40, density: 0.7 })
  fill(planner, camilla, [henrik, ida], { from: -21, to: 60, density: 0.7 })
}

function fill(
  planner: Planner,
  of: Person,
  colleagues: readonly Person[],
  stretch: { from: number; to: number; density: number },
) {
  for (let day = stretch.from; day < stretch.to; day += 1) {
    const isWorkingDay = planner.date(day).dayOfWeek <= 5
    const nearness = Math.max(0.25, 1 - Math.max(0, day) / 60)
    for (let round = 0; isWorkingDay && round < 2; round += 1) {
      if (planner.chance((stretch.density * nearness) / (round + 1))) everydayEvent(planner, of, colleagues, day)
    }
  }
}

function everydayEvent(planner: Planner, of: Person, colleagues: readonly Person[], day: number): void {
  const { subject, minutes, place, online, people } = planner.pick(IDEAS)
  const start = planner.at(day, planner.pick(HOURS))
  const end = { ...start, dateTime: Temporal.PlainDateTime.from(start.dateTime).add({ minutes }).toString() }
  const offset = day + colleagues.length * 1000
  const invited = colleagues.map((_, index) => colleagues[(offset + index) % colleagues.length]).slice(0, people)
  planner.plan({
    of,
    with: invited.filter((person) => person !== undefined),
    event: {
      subject,
      start,
      end,
      ...(place && { location: { displayName: place } }),
      ...(online && { isOnlineMeeting: true, onlineMeetingProvider: 'teamsForBusiness' }),
    },
  })
}
