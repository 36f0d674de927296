import type { ActedBy } from '../../domain/audit.ts';
import type { Slug } from '../../domain/units.ts';
import type {
  FormatRows,
  OpenTable,
  OperatorChanges,
  PublicationIds,
  Subscribers,
  Suppressions,
} from '../ports/subscribers.ts';
import type { Clock } from '../ports/time.ts';
import { addSubscriber } from './add-subscriber.ts';
import type { Added, AddRequest } from './add-subscriber.ts';
import { changeAddresses } from './change-addresses.ts';
import type { AddressesChanged, ChangeAddressesRequest } from './change-addresses.ts';
import { eraseSubscriber } from './erase-subscriber.ts';
import type { Erased } from './erase-subscriber.ts';
import { exportSubscribers } from './export-subscribers.ts';
import type { ExportRequest } from './export-subscribers.ts';
import { importSubscribers } from './import-subscribers.ts';
import type { ImportRequest, ImportResult } from './import-subscribers.ts';
import { listSubscribers, pageSubscribers } from './list-subscribers.ts';
import type { ListedSubscribers, ListRequest, SubscriberPage } from './list-subscribers.ts';
import { setSubscription } from './set-subscription.ts';
import type { SetSubscriptionRequest } from './set-subscription.ts';
import { showSubscriber } from './show-subscriber.ts';
import type { ShownSubscriber } from './show-subscriber.ts';

export interface SubscriberPorts {
  readonly publications: PublicationIds;
  readonly subscribers: Subscribers;
  readonly suppressions: Suppressions;
  readonly operatorChanges: OperatorChanges;
  readonly openTable: OpenTable;
  readonly formatRows: FormatRows;
  readonly clock: Clock;
  /** Who acts, and from where. */
  readonly by: ActedBy;
}

/** Without a publication only if it concerns all. */
type ChangeRequest = Omit<ChangeAddressesRequest, 'now' | keyof ActedBy | 'publicationId'> & {
  readonly publication?: Slug | undefined;
};

/** The use cases about subscribers with their adapters. */
export interface SubscriberService {
  import(request: Omit<ImportRequest, 'now'>): Promise<ImportResult>;
  export(request: ExportRequest): AsyncIterable<{ readonly text: string; readonly rows: number }>;
  formatRows: FormatRows;
  add(request: Omit<AddRequest, 'now'>): Promise<Added>;
  show(email: string): Promise<ShownSubscriber>;
  list(request: ListRequest): Promise<ListedSubscribers>;
  page(request: ListRequest): Promise<SubscriberPage>;
  set(request: Omit<SetSubscriptionRequest, 'now' | keyof ActedBy>): ReturnType<typeof setSubscription>;
  change(request: ChangeRequest): Promise<AddressesChanged>;
  erase(email: string): Promise<Erased>;
}

export function createSubscriberService(ports: SubscriberPorts): SubscriberService {
  const { clock, by } = ports;
  return {
    import: (request) => importSubscribers({ ...request, now: clock() }, ports),
    export: (request) => exportSubscribers(request, ports),
    formatRows: ports.formatRows,
    add: (request) => addSubscriber({ ...request, now: clock() }, ports),
    show: (email) => showSubscriber(email, ports),
    list: (request) => listSubscribers(request, ports),
    page: (request) => pageSubscribers(request, ports),
    set: (request) => setSubscription({ ...request, now: clock(), ...by }, ports),
    change: async ({ publication, ...request }) => {
      const publicationId = publication === undefined ? undefined : await ports.publications.id(publication);
      return changeAddresses({ ...request, publicationId, now: clock(), ...by }, ports.operatorChanges);
    },
    erase: (email) => eraseSubscriber({ email, now: clock() }, ports),
  };
}
