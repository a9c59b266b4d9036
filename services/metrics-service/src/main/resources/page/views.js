// What there is to see: each view says what it is of, or why there is nothing, and has a picture, its tables, and the address
// of its numbers.

import {completeness, events, participants} from './conduct.js';
import {differences, distribution, responders, trend} from './outcomes.js';

export const VIEWS = [trend, distribution, responders, differences, completeness, participants, events];
