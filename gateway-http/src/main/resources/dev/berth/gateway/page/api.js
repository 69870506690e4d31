// The gateway's resources. A refusal becomes an error that says what happened and what to do.

import {headers} from './caller.js';

export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Refusals that another key may help against; one who may not do something is told so, and not asked again. */
const KEYLESS = ['MissingAuthenticationTokenException', 'UnrecognizedClientException'];

/** Told when the gateway wants a key, or another one. */
export const gate = new EventTarget();

/** The answer to a request as it comes, once it is one that was not refused. */
export async function open(path, {method = 'GET', body, more = {}, signal} = {}) {
  let response;
  try {
    response = await fetch(path, {method, body, signal, headers: {...headers(), ...more}, cache: 'no-store'});
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw new Refusal(0, 'The gateway does not answer. Is it running, and can this machine reach it? The page goes on by itself when it is back.');
  }
  if (response.ok) return response;
  const refusal = new Refusal(response.status, await reason(response));
  if (KEYLESS.includes(response.headers.get('X-Amzn-ErrorType'))) gate.dispatchEvent(new Event('closed'));
  throw refusal;
}

/** The same as JSON. */
export async function json(path, options) {
  return (await open(path, options)).json();
}

/** A path with the parameters that are given. */
export function query(path, parameters) {
  const given = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== '' && value !== null && value !== undefined));
  return given.size ? `${path}?${given}` : path;
}

async function reason(response) {
  try {
    const body = await response.json();
    return body.Message || body.message || `The gateway answered ${response.status}.`;
  } catch {
    return `The gateway answered ${response.status}${response.status === 503 ? ': it starts or stops. Try again in a moment.' : '.'}`;
  }
}
