import * as z from 'zod'
import { type EpochMs, epochMs } from '../../core/time.ts'

/** A point in time as our sealed rows hold it: milliseconds since the epoch. */
export const Instant = z.number().transform((value): EpochMs => epochMs(value))
