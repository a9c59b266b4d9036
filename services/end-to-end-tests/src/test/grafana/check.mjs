// Holds dashboards to the types of dashboard.ts: prints what does not fit, a line each, after the name of the file.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';

const schema = createGenerator({ path: 'dashboard.ts', tsconfig: 'tsconfig.json', expose: 'none' }).createSchema('Dashboard');
const fits = new Ajv({ allErrors: true, strict: false }).compile(schema);
for (const file of process.argv.slice(2)) {
  fits(JSON.parse(readFileSync(file, 'utf8')));
  for (const error of fits.errors ?? []) {
    console.log(`${file} ${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
  }
}
