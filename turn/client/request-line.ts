import type { AllocationClientOptions, AllocationEvent } from './allocation-event.ts';
import { AuthLadder } from './auth-ladder.ts';
import { AuthenticatedRequests } from './authenticated-requests.ts';
import { PendingRequests } from './pending-requests.ts';
import { ServerLink } from './server-link.ts';

/** A socket towards the server and the requests on it. A client that tries another port begins with a new one. */
export class RequestLine {
  readonly link: ServerLink;
  readonly pending: PendingRequests<AllocationEvent>;
  readonly requests: AuthenticatedRequests<AllocationEvent>;

  constructor(options: AllocationClientOptions) {
    this.link = new ServerLink(options, 'relay');
    this.pending = new PendingRequests(this.link);
    const ladder = new AuthLadder(options.credentials);
    this.requests = new AuthenticatedRequests(this.pending, ladder, options.random);
  }
}
