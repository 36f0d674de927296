import { Option } from 'commander';

import { subscriptionStates } from '../../domain/subscribers/subscriber.ts';

/** `--state <state>`: only subscribers in one state. */
export function stateOption(): Option {
  return new Option('--state <state>', 'only those in this state').choices(subscriptionStates);
}
