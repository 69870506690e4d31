// The names of the tenant's functions, for fields that offer them.

import {json} from './api.js';
import {h} from './dom.js';

/** A list of suggestions; refusals leave it empty, as the name can be typed. */
export function functionNames(id) {
  const list = h('datalist', {id});
  json('/2015-03-31/functions?MaxItems=1000')
    .then(found => list.append(...found.Functions.map(each => h('option', {value: each.FunctionName}))))
    .catch(() => {});
  return list;
}
