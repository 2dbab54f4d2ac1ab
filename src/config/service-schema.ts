/** `service` of the configuration file, as JSON schema. `path`, `upnSuffixes` and `sids` are those of the rest of the file. */
const address = {
  type: 'string',
  pattern: '^(?:\\[[0-9A-Fa-f:.]{2,45}\\]|[A-Za-z0-9._-]{1,253}):[0-9]{1,5}$',
  description: 'HOST:PORT, with [IPv6] in brackets',
} as const;
const name = { type: 'string', minLength: 1, maxLength: 256, description: 'a name' } as const;
const names = { type: 'array', minItems: 1, maxItems: 100, items: name, description: 'a list of names' } as const;
const wholeNumber = (minimum: number, maximum: number) =>
  ({ type: 'integer', minimum, maximum, description: `a whole number from ${minimum} to ${maximum}` }) as const;
const sids = {
  type: 'array',
  maxItems: 1000,
  description: 'a list of SIDs',
  items: {
    type: 'string',
    pattern: '^S-1-5-21(?:-(?:0|[1-9][0-9]{0,9})){4}$',
    description: "an account's SID, S-1-5-21-a-b-c-rid",
  },
} as const;

export const serviceSchema = <Path, Suffixes>(path: Path, upnSuffixes: Suffixes) =>
  ({
    type: 'object',
    additionalProperties: false,
    description:
      'a mapping, { listen, publicHttp, gateway, names, certificate, key, ca, directory, policy, identityProviders, ... }',
    properties: {
      listen: address,
      publicHttp: address,
      gateway: address,
      gatewayAddress: address,
      names,
      certificate: path,
      key: path,
      ca: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,31}$', description: 'the name of an issuing CA' },
      directory: path,
      policy: path,
      checkpoints: path,
      checkpointKey: path,
      upnSuffixes,
      exceptedSids: sids,
      ownAccountSids: sids,
      identityProviders: {
        type: 'array',
        maxItems: 32,
        description: 'a list of identity providers',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['issuer', 'audiences'],
          description:
            'an identity provider, { issuer, audiences, algorithms, tokenTypes, jwksUri, accountClaim, groupsClaim, passedClaims, ca }',
          properties: {
            issuer: { type: 'string', minLength: 1, maxLength: 512, description: 'the issuer as its tokens write it' },
            audiences: names,
            algorithms: names,
            tokenTypes: {
              type: 'array',
              minItems: 1,
              items: { type: 'string', enum: ['at+jwt', 'JWT'], description: 'at+jwt or JWT' },
              description: 'a list of at+jwt, JWT',
            },
            jwksUri: { type: 'string', minLength: 1, maxLength: 2000, description: 'a URL' },
            clockToleranceSeconds: wholeNumber(0, 60),
            maxTokenAgeMinutes: wholeNumber(1, 10_080),
            accountClaim: name,
            groupsClaim: name,
            passedClaims: names,
            ca: path,
          },
        },
      },
      limits: {
        type: 'object',
        additionalProperties: false,
        description: 'a mapping of limits',
        properties: {
          keyPool: wholeNumber(0, 1000),
          liveCards: wholeNumber(1, 10_000),
          openSessions: wholeNumber(1, 100_000),
          openSessionsPerCaller: wholeNumber(1, 100_000),
          cardsPerSession: wholeNumber(1, 100),
          cardMinutes: wholeNumber(1, 30),
          patienceMinutes: wholeNumber(1, 1440),
          reviewMinutes: wholeNumber(1, 1440),
          undecidedMinutes: wholeNumber(0, 1440),
          sessionsPerCallerPerMinute: wholeNumber(1, 1_000_000),
          sessionsPerMinute: wholeNumber(1, 1_000_000),
          requestsPerAddressPerMinute: wholeNumber(1, 100_000_000),
          launchSeconds: wholeNumber(10, 3600),
          gatewaySessions: wholeNumber(1, 10_000),
          halfOpen: wholeNumber(1, 100_000),
          halfOpenPerAddress: wholeNumber(1, 100_000),
          handshakesPerAddressPerMinute: wholeNumber(1, 1_000_000),
          handshakesPerMinute: wholeNumber(1, 10_000_000),
          idleMinutes: wholeNumber(1, 1440),
        },
      },
    },
  }) as const;
