/** What is asked for ahead may fail before anybody waits for it; the failure is met when it is awaited, or by nobody. */
export function prefetch<Answer>(answer: Promise<Answer>): Promise<Answer> {
  answer.catch(() => undefined)
  return answer
}
