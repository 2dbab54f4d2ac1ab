import { clientBlocks } from '../../src/rdp/client-blocks.ts';
import { connectInitial, connectResponse } from '../../src/rdp/mcs-connect.ts';
import { serverBlocks } from '../../src/rdp/server-blocks.ts';
import { codecHolds } from '../wire/property.ts';
import { anyClientBlocks, anyConnectInitial, anyConnectResponse, anyServerBlocks } from './any-connect.ts';
import { meaningHolds } from './length-forms.ts';

// A gateway edits one field and passes the rest on: blocks come back to the octet, whatever a client or host put into them.
codecHolds("a client's blocks", clientBlocks, anyClientBlocks);
codecHolds("a server's blocks", serverBlocks, anyServerBlocks);
// Around them, lengths and integers have more than one form.
meaningHolds('any Connect-Initial', connectInitial, anyConnectInitial);
meaningHolds('any Connect-Response', connectResponse, anyConnectResponse);
