/** JSON schemas of everything that goes in and out; the OpenAPI document is made of them. */
/** What may stand in a journal and on a terminal: no control character, none that turns the direction, no half of a surrogate pair. */
export const printable = '^[^\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Bidi_Control}]+$';
const text = (maxLength: number, description: string) =>
  ({ type: 'string', minLength: 1, maxLength, pattern: printable, description }) as const;
const seconds = (description: string) => ({ type: 'integer', minimum: 0, description: `${description}, Unix seconds` }) as const;
const time = (description: string) => ({ type: 'string', format: 'date-time', description }) as const;

export const sessionId = { type: 'string', pattern: '^[0-9a-f]{32}$', description: 'id of a session' } as const;
export const sessionParams = {
  type: 'object',
  additionalProperties: false,
  required: ['id'],
  properties: { id: sessionId },
} as const;

const sessionRequest = {
  $id: 'SessionRequest',
  type: 'object',
  additionalProperties: false,
  required: ['target'],
  properties: {
    target: {
      type: 'string',
      minLength: 1,
      maxLength: 253,
      pattern: '^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$',
      description: 'DNS name of the host',
    },
    account: text(256, 'UPN, SID or name of the account; the own account of the person without'),
    person: text(256, 'whom a launcher acts for, where the rules let it name somebody: UPN in the directory'),
    mode: { type: 'string', enum: ['gateway', 'card', 'ticket'], description: 'how the card is used; card without' },
    reason: text(500, 'why; stands in the journal'),
  },
} as const;

const card = {
  $id: 'Card',
  type: 'object',
  additionalProperties: false,
  required: ['id', 'state', 'operations'],
  properties: {
    id: { type: 'string' },
    state: { type: 'string', enum: ['requested', 'live', 'destroyed'] },
    serialNumber: { type: 'string', description: 'of the certificate, hexadecimal' },
    notAfter: time('end of the certificate'),
    operations: { type: 'integer', description: 'private operations so far' },
    cause: { type: 'string', description: 'why the key was destroyed' },
  },
} as const;
const session = {
  $id: 'Session',
  type: 'object',
  additionalProperties: false,
  required: [
    'id',
    'state',
    'target',
    'mode',
    'created',
    'until',
    'caller',
    'rules',
    'minutes',
    'channels',
    'allows',
    'approvals',
    'cards',
  ],
  properties: {
    id: sessionId,
    state: { type: 'string', enum: ['awaiting-approval', 'granted', 'denied', 'ended', 'expired', 'failed'] },
    cause: { type: 'string', description: 'why it is over, a word' },
    sentence: { type: 'string', description: 'why it is over, one sentence' },
    target: { type: 'string' },
    mode: { type: 'string', enum: ['gateway', 'card', 'ticket'] },
    created: time('when it was asked for'),
    until: time('when it ends by itself'),
    caller: { type: 'string', description: 'who asked' },
    person: { type: 'string', description: 'for whom' },
    account: { type: 'string', description: 'user principal name of the account' },
    reason: { type: 'string' },
    rules: { type: 'array', items: { type: 'string' }, description: 'rules that decided' },
    minutes: { type: 'integer', description: 'how long it lasts once it is used' },
    channels: { type: 'array', items: { type: 'string' } },
    allows: { type: 'array', items: { type: 'string' }, description: 'what the rules allow besides' },
    approvals: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['count', 'group', 'given'],
        properties: { count: { type: 'integer' }, group: { type: 'string' }, given: { type: 'integer' } },
      },
    },
    cards: { type: 'array', items: { $ref: 'Card#' } },
  },
} as const;
const sessionList = {
  $id: 'SessionList',
  type: 'object',
  additionalProperties: false,
  required: ['sessions'],
  properties: {
    sessions: { type: 'array', items: { $ref: 'Session#' } },
    next: { ...sessionId, description: 'give it as `before` for the next page' },
  },
} as const;
export const sessionQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    state: { type: 'string', enum: ['awaiting-approval', 'granted', 'denied', 'ended', 'expired', 'failed'] },
    before: sessionId,
    limit: { type: 'string', pattern: '^(?:[1-9]|[1-9][0-9]|100)$', description: '1 to 100; 50 without' },
  },
} as const;
const verdictReason = {
  $id: 'VerdictReason',
  type: 'object',
  additionalProperties: false,
  properties: { reason: text(500, 'why; stands in the journal') },
} as const;

const targetList = {
  $id: 'TargetList',
  type: 'object',
  additionalProperties: false,
  required: ['targets'],
  properties: {
    targets: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'labels'],
        properties: { name: { type: 'string' }, labels: { type: 'object', additionalProperties: { type: 'string' } } },
      },
    },
  },
} as const;

const number = { type: 'string', pattern: '^(?:0|[1-9][0-9]{0,14})$' } as const;
export const journalQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    after: { ...number, description: 'sequence number to go on from' },
    event: { type: 'string', pattern: '^[a-z-]{1,40}$' },
    session: sessionId,
    since: { ...number, description: 'Unix seconds' },
    until: { ...number, description: 'Unix seconds' },
    limit: { type: 'string', pattern: '^(?:[1-9][0-9]{0,2}|1000)$', description: '1 to 1000; 100 without' },
  },
} as const;
const journalPage = {
  $id: 'JournalPage',
  type: 'object',
  additionalProperties: false,
  required: ['entries'],
  properties: {
    entries: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['sequence', 'hash', 'entry'],
        properties: {
          sequence: { type: 'integer' },
          hash: { type: 'string', description: 'of the chain up to here, SHA-256, hexadecimal' },
          entry: {
            type: 'object',
            additionalProperties: true,
            required: ['event', 'at'],
            properties: { event: { type: 'string' }, at: seconds('when') },
          },
        },
      },
    },
    next: { type: 'integer', description: 'give it as `after` for the next page' },
  },
} as const;

const problem = {
  $id: 'Problem',
  type: 'object',
  additionalProperties: false,
  required: ['type', 'title', 'status', 'code', 'requestId'],
  description: 'RFC 9457',
  properties: {
    type: { type: 'string' },
    title: { type: 'string', description: 'one sentence' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'a word for programs' },
    requestId: { type: 'string' },
    next: { type: 'string', description: 'what to do' },
    session: sessionId,
    cause: { type: 'string', description: 'why the session was denied, a word' },
  },
} as const;
const health = {
  $id: 'Health',
  type: 'object',
  additionalProperties: false,
  required: ['ok', 'checks'],
  properties: {
    ok: { type: 'boolean', description: 'all of them' },
    checks: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'ok'],
        properties: {
          name: { type: 'string', description: 'what was looked at' },
          ok: { type: 'boolean' },
          fault: { type: 'string', description: 'what is not as it should be, a word' },
        },
      },
    },
  },
} as const;

/** The first message on a card's WebSocket. No answer of a route has it: it is here for those who read the OpenAPI document. */
const attachedCard = {
  $id: 'AttachedCard',
  type: 'object',
  additionalProperties: false,
  required: ['card', 'pin', 'answerToReset', 'certificate', 'notAfter'],
  properties: {
    card: { type: 'string', description: 'id of the card' },
    pin: { type: 'string', description: 'eight digits; said this once' },
    answerToReset: { type: 'string', description: 'hexadecimal' },
    certificate: { type: 'string', description: 'DER in base64' },
    notAfter: time('end of the card'),
  },
} as const;

/** All that have a name in the OpenAPI document. */
export const named = [
  attachedCard,
  card,
  health,
  journalPage,
  problem,
  session,
  sessionList,
  sessionRequest,
  targetList,
  verdictReason,
] as const;
