// Asks the service for the trials, and follows one of them: what changes is told as it happens.

const ANSWER_WITHIN_MS = 8000;
const SIGN_OF_LIFE_WITHIN_MS = 15000; // the service gives one every five seconds

const authorization = () => (sessionStorage.token ? {Authorization: `Bearer ${sessionStorage.token}`} : {});

/** A GET by whoever is signed in, or whose token was given. */
export function get(path, headers = {}, signal = AbortSignal.timeout(ANSWER_WITHIN_MS)) {
  return fetch(path, {headers: {...authorization(), ...headers}, cache: 'no-store', signal});
}

export class Refused extends Error {
  constructor(response) {
    super(`answer ${response.status}`);
    this.status = response.status;
    this.retryAfter = Number(response.headers.get('Retry-After')) || 0;
  }
}

async function ok(response) {
  if (!response.ok) throw new Refused(response);
  return response;
}

export const listTrials = async () => (await ok(await get('api/v1/trials', {Accept: 'application/json'}))).json();

/** All that is told of a trial. Rows stand at their places, so that one that is told twice is there once. */
class Rows {
  resources = {metrics: new Map(), completeness: new Map(), 'participant-flow': new Map(), 'adverse-events': new Map()};
  trial = null;

  take(name, data) {
    if (name === 'reset') Object.values(this.resources).forEach(it => it.clear());
    else if (name === 'trial') this.trial = data;
    else if (name === 'removed') this.resources[data.resource]?.delete(place(data));
    else this.resources[name]?.set(place(data), data);
  }

  of(resource) {
    return [...this.resources[resource].values()];
  }
}

const place = ({visit, instrument, cohort}) => JSON.stringify([visit, instrument, cohort.by, cohort.value]);

/**
 * Follows a trial until it is told to stop, also over losses of the connection, which it goes on from where it was.
 * Calls `current(rows, {completeAsOf, at})` whenever what was told fits together, and `lost(error)` when it has to connect again.
 */
export function follow(trial, instrument, {current, lost}) {
  const rows = new Rows();
  const stop = new AbortController();
  let lastId = null;
  let retry = 1000;

  async function connect() {
    const connection = new AbortController();
    const signal = AbortSignal.any([stop.signal, connection.signal]);
    let silence = 0;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => connection.abort(new Error('silence')), SIGN_OF_LIFE_WITHIN_MS);
    };
    heard();
    try {
      const address = `api/v1/trials/${encodeURIComponent(trial)}/events?instrument=${encodeURIComponent(instrument)}`;
      const response = await ok(await get(address, {Accept: 'text/event-stream', ...(lastId && {'Last-Event-ID': lastId})}, signal));
      for await (const {event, data, id} of events(response.body, it => { retry = it; })) {
        heard();
        const told = JSON.parse(data);
        lastId = id ?? lastId;
        if (event !== 'current') {
          rows.take(event, told);
          continue;
        }
        try {
          current(rows, {completeAsOf: new Date(told.completeAsOf), at: new Date(told.at)});
        } catch (error) {
          reportError(error); // of the page, not of the connection
        }
      }
      // The service ends a stream now and then; that is no loss.
      return 0;
    } finally {
      clearTimeout(silence);
      connection.abort();
    }
  }

  async function run() {
    while (!stop.signal.aborted) {
      let wait = retry;
      try {
        await connect();
      } catch (error) {
        if (stop.signal.aborted) return;
        lost(error);
        wait = Math.max(retry, (error.retryAfter ?? 0) * 1000);
      }
      await new Promise(resolve => setTimeout(resolve, wait));
    }
  }
  run();
  return () => stop.abort();
}

/** Server-sent events as the HTML standard has them. Not by EventSource, which cannot send a token. */
async function* events(body, onRetry) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let event = {};
  for (;;) {
    const {value, done} = await reader.read();
    if (done) return;
    const lines = (rest + value).split(/\r?\n/);
    rest = lines.pop();
    for (const line of lines) {
      const [, field, content] = /^([^:]*):? ?(.*)$/s.exec(line);
      if (line === '') {
        if (event.data !== undefined) yield event;
        event = {};
      } else if (field === 'data') {
        event.data = event.data === undefined ? content : `${event.data}\n${content}`;
      } else if (field === 'retry') {
        onRetry(Number(content));
      } else if (field) {
        event[field] = content;
      }
    }
  }
}
