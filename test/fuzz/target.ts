/** One request as it goes over the wire. */
export interface WireRequest {
  readonly method: string
  /** Path and query. */
  readonly address: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface WireAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

export type Tokens = { readonly access_token: string; readonly refresh_token: string }

/** A running service with two connected people; only the first one's token is used to ask. */
export interface Target {
  /** @param endpoint the id of the endpoint in the reference. */
  send(endpoint: string, request: WireRequest): Promise<WireAnswer>
  /** New tokens of the one who asks; those before may have been revoked. */
  tokens(): Promise<Tokens>
  /** Tokens of the other person, whose data must never be seen. */
  readonly foreign: Tokens
  /** Tokens that may be revoked, if there are any. */
  spareTokens(): Promise<readonly string[]>
  /** Lets the service do what it has accepted. */
  rest(): Promise<void>
  close(): Promise<void>
}

/** In everything that the other person has, and in nothing that is sent. */
export const CANARY = 'kanarienvogel'
