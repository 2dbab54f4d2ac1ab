import { constants } from 'node:crypto';

/** For `secureOptions`: a client of TLS 1.2 cannot begin anew, which TLS 1.3 has done away with. */
export const NO_RENEGOTIATION = constants.SSL_OP_NO_RENEGOTIATION;
