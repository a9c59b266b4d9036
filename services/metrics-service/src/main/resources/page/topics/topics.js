// Shows the description of the topics, whatever is in it.

const api = await fetch('../asyncapi.json').then(it => it.ok ? it.json() : Promise.reject(it)).catch(() => null);
if (api) {
  show();
} else {
  document.querySelector('#problem').hidden = false;
}

function show() {
  document.querySelector('#about').textContent = api.info.description;
  document.querySelector('#audiences').append(
    ...Object.values(api.components.tags).flatMap(it => [element('dt', it.name), element('dd', it.description)]));
  const writers = new Map(Object.values(api.operations).map(it => [it.channel.$ref, it.summary]));
  for (const [id, channel] of Object.entries(api.channels)) {
    const audiences = channel.tags.map(it => resolve(it).name).join(', ');
    const writer = writers.get(`#/channels/${id}`);
    const row = document.querySelector('#catalogue tbody').insertRow();
    const link = element('a', channel.address);
    link.href = `#${id}`;
    const name = element('th', link);
    name.scope = 'row';
    row.append(name, ...[audiences, writer, kept(channel), channel.bindings.kafka.partitions].map(it => element('td', it)));
    document.querySelector('#topics').append(topic(id, channel, audiences, writer));
  }
  // The browser looked for it before it was there.
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

function topic(id, channel, audiences, writer) {
  const [message, ...others] = Object.values(channel.messages).map(resolve);
  const section = element('section', element('h2', channel.address), element('p', channel.description));
  section.id = id;
  section.append(facts([
    ['For', audiences],
    ['Writer', writer],
    ['Kept', kept(channel)],
    ['Key', element('code', message.bindings.kafka.key.pattern)],
    ...others.map(it => ['Deletion', it.summary]),
  ]));
  section.append(
    fields('Fields', message.payload, true),
    fields('Headers', message.headers, false),
    folded('Example', ...message.examples.map(it => element('pre', JSON.stringify(it.payload, null, 2)))));
  return section;
}

function kept(channel) {
  const settings = channel.bindings.kafka.topicConfiguration;
  if (settings['cleanup.policy'].includes('compact')) {
    return 'the latest of each key';
  }
  return settings['retention.ms'] < 0 ? 'for ever' : `${settings['retention.ms'] / 86_400_000} days`;
}

function fields(title, schema, open) {
  const table = element('table');
  table.className = 'fields';
  const head = table.createTHead().insertRow();
  for (const column of ['Name', 'Type', 'Meaning']) {
    const cell = element('th', column);
    cell.scope = 'col';
    head.append(cell);
  }
  const body = table.createTBody();
  for (const [path, field, required] of flattened(schema, '')) {
    const name = element('th', element('code', path));
    name.scope = 'row';
    body.insertRow().append(
      name,
      element('td', type(field), required ? note('always there') : '', ...limits(field).map(note)),
      element('td', field.description ?? ''));
  }
  const wide = element('div', table);
  wide.className = 'wide';
  const details = folded(title, wide);
  details.open = open;
  return details;
}

// Of a list [] stands for each item, of a map * for each name.
function* flattened(reference, path) {
  const schema = resolve(reference);
  for (const part of schema.allOf ?? []) {
    yield* flattened(part, path);
  }
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const place = path ? `${path}.${name}` : name;
    yield [place, resolve(field), schema.required?.includes(name)];
    yield* flattened(field, place);
  }
  if (schema.items) {
    yield* flattened(schema.items, `${path}[]`);
  }
  if (schema.additionalProperties) {
    yield [`${path}.*`, resolve(schema.additionalProperties), false];
    yield* flattened(schema.additionalProperties, `${path}.*`);
  }
}

function type(schema) {
  const choices = schema.enum ?? ('const' in schema ? [schema.const] : null);
  if (choices) {
    return choices.join(', ');
  }
  const items = schema.items ?? schema.prefixItems?.[0];
  return schema.type === 'array' ? `array of ${type(resolve(items))}` : schema.format ?? schema.type ?? '';
}

function limits(schema) {
  return ['minimum', 'exclusiveMinimum', 'maximum', 'exclusiveMaximum', 'pattern']
    .filter(it => it in schema)
    .map(it => `${it} ${schema[it]}`);
}

// What stands beside a reference goes before what it refers to.
function resolve(node) {
  if (!node.$ref) {
    return node;
  }
  const {$ref, ...beside} = node;
  const target = $ref.slice(2).split('/').reduce((it, name) => it[name.replaceAll('~1', '/').replaceAll('~0', '~')], api);
  return {...resolve(target), ...beside};
}

function facts(pairs) {
  return element('dl', ...pairs.flatMap(([name, value]) => [element('dt', name), element('dd', value)]));
}

function folded(title, ...content) {
  return element('details', element('summary', title), ...content);
}

function note(text) {
  const span = element('span', text);
  span.className = 'note';
  return span;
}

function element(name, ...content) {
  const made = document.createElement(name);
  made.append(...content);
  return made;
}
