/** Where a span stands: which trace it belongs to, and which span of it it is. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly trace: string
  /** 16 hexadecimal digits. */
  readonly span: string
  /** Whether the trace is exported. */
  readonly isSampled: boolean
}

/**
 * `traceparent` of W3C Trace Context, version 00, of a trace and a span that are not zero.
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export const CARRIER = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-0([01])$/

/** @returns undefined for what is no carrier. */
export function parseCarrier(carrier: string | null | undefined): TraceContext | undefined {
  const [, trace, span, flag] = CARRIER.exec(carrier ?? '') ?? []
  return trace === undefined || span === undefined ? undefined : { trace, span, isSampled: flag === '1' }
}

export const carrierOf = ({ trace, span, isSampled }: TraceContext): string =>
  `00-${trace}-${span}-0${isSampled ? 1 : 0}`
