/** What stands in front of the routes in the OpenAPI document: what their schemas cannot say. */
export const apiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'Mayfly',
    version: '1',
    description: `Sessions with a virtual smart card that lives for one logon.

Every request but /healthz, /readyz and /openapi.json carries a token in \`Authorization: Bearer TOKEN\`, never in the URL: one of the
service's own (\`mayfly token create\`), or one of a configured OpenID provider. A launcher that asks for somebody else shows that
person's own token in \`On-Behalf-Of: Bearer TOKEN\`, or names the person where the rules let it; the journal has both.

A session is asked for with requestSession, watched with watchSession until it is granted, and then used once or a few times; each use
has a card of its own. Errors are \`application/problem+json\` (RFC 9457): \`code\` is for programs, \`title\` and \`next\` are for people,
\`requestId\` finds the request in the service's log. A 429 or 503 with Retry-After may be asked again then.`,
  },
  servers: [{ url: '/' }],
  components: { securitySchemes: { token: { type: 'http' as const, scheme: 'bearer' } } },
  security: [{ token: [] }],
};

/** Card mode, for whoever writes the other end. */
export const cardProtocol = `A WebSocket (RFC 6455) with the token in the Authorization header of its handshake. The session must be granted, in card mode, and have no
live card: attaching mints one.

1. The service sends one text message: AttachedCard as JSON, with the PIN, which is said this once; or a Problem, and closes.
2. The client sends binary messages, one command APDU each (ISO/IEC 7816-4, short or extended length, chaining as the card wants it). Each is answered by one
   binary message with the response APDU, in order. 16 commands may wait for their answers; more closes the socket.
3. Text messages of the client: "reset" resets the card (as a reader does between clients; no answer, in order with the commands),
   "release" ends the card.
4. When the card ends, whoever ends it, the service closes with code 1000 and the cause as reason: released, session-ended, expired,
   operations, pin-blocked, key-lost, shutdown, authenticated. 1008 with a reason: the client broke these rules, or was refused; 1009: a
   message of more than 4096 octets; 1013: the service could not do it now, try again.

The key does not outlive the socket: a client that closes it, is gone, or leaves two pings (15 s apart) without an answer has ended its card.
A session may have several cards, one after the other, as the service's limits allow.`;
