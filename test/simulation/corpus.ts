/** Worlds that failed once, and why: each was a mistake that no test of one part had found. */
interface Failure {
  readonly seed: number
  readonly because: string
}

/** Worlds in which integrators only read. */
export const ONCE_FAILED: readonly Failure[] = [
  { seed: 1, because: 'the Graph library replaced our errors by its own, so that no failure was told apart' },
  { seed: 9, because: 'a series was read without the index of its occurrences, which were never removed' },
  { seed: 17, because: 'the safety poll came up to twelve hours after the last read' },
  { seed: 157, because: 'a series that changed between two pages of a round kept its old occurrences' },
  { seed: 100_013, because: 'an event that was made a series stayed when its occurrences were told first' },
]

/** Worlds in which they write as well. */
export const ONCE_FAILED_WRITING: readonly Failure[] = [
  { seed: 2, because: 'an event whose creation was not answered stayed when it was deleted before the next try' },
  { seed: 23, because: 'an event that its integrator moved to another month hid what others had changed before' },
  { seed: 196, because: 'a key that could not be read while a request was stored ended the process' },
  { seed: 276, because: 'what a write had replaced was forgotten when its answer got lost' },
  { seed: 697, because: 'an integrator was told of what it had made before the calendar was first read' },
  { seed: 454, because: 'an edit made in Outlook was undone when the creation before it was not answered' },
]

/** Worlds in which two integrators write to one calendar, answers of Microsoft 365 get lost, and instances die. */
export const ONCE_FAILED_UNANSWERED: readonly Failure[] = [
  { seed: 200_064, because: 'a series that ends in the hour that comes twice was taken for a lost change' },
  { seed: 200_086, because: 'a deletion of everything took an edit with it that an earlier deletion had given way to' },
  { seed: 200_113, because: 'a deletion that gave way to an edit forgot what its event was created with' },
  { seed: 200_137, because: 'a wish that failed for a while replaced a later one of another integrator' },
  { seed: 300_143, because: 'what an integrator only repeated replaced what another one had asked for meanwhile' },
]
