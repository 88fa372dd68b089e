/** A client said what the protocol does not allow. Its connection ends, and nothing else. */
export class Offence extends Error {
  override readonly name = 'Offence'
}

/** Something that the broker itself got wrong; it says where. */
export class Fault extends Error {
  override readonly name = 'Fault'

  constructor(cause: unknown) {
    super(cause instanceof Error && cause.stack !== undefined ? cause.stack : String(cause), { cause })
  }
}

/** Marks what a handler of ours throws, so that it is not taken for something that the client got wrong. */
export const ours =
  <Given extends unknown[]>(handle: (...given: Given) => void) =>
  (...given: Given): void => {
    try {
      handle(...given)
    } catch (error) {
      throw error instanceof Offence ? error : new Fault(error)
    }
  }
