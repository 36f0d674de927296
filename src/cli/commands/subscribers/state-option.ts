import { Option } from 'commander';

import { subscriptionStates } from '../../../domain/subscribers/subscriber.ts';

/** Parses `--state <state>`: only subscribers in that state. */
export function stateOption(): Option {
  return new Option('--state <state>', 'only those in this state').choices(subscriptionStates);
}
