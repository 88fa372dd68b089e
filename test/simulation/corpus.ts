/** Worlds that failed once, and why: each was a mistake that no test of one part had found. */
export const ONCE_FAILED: readonly { readonly seed: number; readonly because: string }[] = [
  { seed: 1, because: 'the Graph library replaced our errors by its own, so that no failure was told apart' },
  { seed: 9, because: 'a series was read without the index of its occurrences, which were never removed' },
  { seed: 17, because: 'the safety poll came up to twelve hours after the last read' },
  { seed: 157, because: 'a series that changed between two pages of a round kept its old occurrences' },
  { seed: 100_013, because: 'an event that was made a series stayed when its occurrences were told first' },
]
