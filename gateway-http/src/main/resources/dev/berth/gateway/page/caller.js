// Who asks: the tenant, and the API key where the gateway wants one. Both are forgotten with the tab.

const KEY = 'berth.api-key';
const TENANT = 'berth.tenant';

export function apiKey() {
  return sessionStorage.getItem(KEY) || '';
}

export function tenant() {
  return sessionStorage.getItem(TENANT) || '';
}

export function become(key, name) {
  for (const [where, value] of [[KEY, key], [TENANT, name]]) {
    if (value) sessionStorage.setItem(where, value);
    else sessionStorage.removeItem(where);
  }
}

export function headers() {
  const all = {};
  if (apiKey()) all.Authorization = `Bearer ${apiKey()}`;
  if (tenant()) all['X-Berth-Tenant'] = tenant();
  return all;
}
