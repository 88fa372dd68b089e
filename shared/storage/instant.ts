import * as z from 'zod'
import { epochMs } from '../core/time.ts'

/** A point in time as our sealed rows hold it: milliseconds since the epoch. */
export const Instant = z.number().transform(epochMs)
