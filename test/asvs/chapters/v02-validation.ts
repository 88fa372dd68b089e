import { byDesign, type Row, tested } from '../requirement.ts'

export const VALIDATION: readonly Row[] = [
  [
    '2.1.1',
    1,
    'the rules for input are written down',
    tested('unit/reference/document', 'every schema of the document is valid JSON Schema, and its examples fit it'),
  ],
  [
    '2.1.2',
    2,
    'what must fit together is written down',
    byDesign('/docs says so with each field; shared/api/README.md says what is refused at once'),
  ],
  [
    '2.1.3',
    2,
    'limits are written down',
    tested('end-to-end/rate-limits', 'an answer says how much is left of what ends first'),
  ],
  [
    '2.2.1',
    1,
    'input is held against what is expected',
    tested('end-to-end/read-bad-input', 'every bad parameter is named at once'),
  ],
  [
    '2.2.2',
    1,
    'the server checks, whatever a client has checked',
    tested('unit/api/change-fuzz', 'whatever JSON is sent, it is accepted, or the caller is told that it is wrong'),
  ],
  [
    '2.2.3',
    2,
    'fields that contradict each other are refused',
    tested('end-to-end/availability-refusals', 'every bad field is named, and nothing is read for it'),
  ],
  [
    '2.3.1',
    1,
    'no step of a flow can be left out',
    tested(
      'unit/integrators/questions',
      'C1: a question that waits for an answer is not taken for a sign-in that waits for Microsoft, nor the other way',
    ),
  ],
  [
    '2.3.2',
    2,
    'limits are kept',
    tested(
      'end-to-end/channels-api',
      'an integrator has at most 128 channels of an account, and what it closes makes room',
    ),
  ],
  [
    '2.3.3',
    2,
    'what belongs together happens wholly or not at all',
    tested('end-to-end/batch', 'that ended after %d commits goes on where it ended'),
  ],
  [
    '2.3.4',
    2,
    'nothing is given out twice to callers at once',
    tested(
      'unit/integrators/codes',
      'O1 code-race: of 50 parallel redemptions of one code one succeeds, and its tokens live',
    ),
  ],
  [
    '2.4.1',
    2,
    'too many requests are slowed down',
    tested(
      'end-to-end/rate-limits',
      'A3: an integrator at ten times its limit gets 429 with Retry-After, for a single request to the tables',
    ),
  ],
]
