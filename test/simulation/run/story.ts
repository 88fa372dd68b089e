/** Lines that say who did what and what came of it; all others are single steps. */
const TELLING = /^\S+ ( {2}|[A-Z ]+$|VIOLATION|\S+ CRASHES|\S+ visits)/

const MOST_LINES = 150

/** The story of a world without its single steps, from when it gets interesting. */
export function shortStory(story: readonly string[]): readonly string[] {
  const from = story.findIndex((line) => line.endsWith('THINGS GO WRONG'))
  const told = story.slice(Math.max(from, 0)).filter((line) => TELLING.test(line))
  if (told.length <= MOST_LINES) return told
  return [...told.slice(0, MOST_LINES), `... and ${told.length - MOST_LINES} lines more`]
}
