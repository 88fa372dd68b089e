/** What the page needs to know about its person before it asks Graph. */
export interface Session {
  /** For Graph. It runs out after about an hour. */
  token: string
  /** The person's zone as the mailbox names it, and as browsers do. */
  timeZone: string
  ianaZone: string
  colleagues: { name: string; address: string }[]
}
