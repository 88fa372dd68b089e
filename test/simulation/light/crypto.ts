/** Which cryptography the world that runs now has; worlds of one thread run one after the other. */
export const crypto = {
  /** In most worlds rows are sealed and keys wrapped in a form that costs little and hides nothing. */
  isReal: true,
}
