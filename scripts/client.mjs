// `npm run client`: writes the client's types from the OpenAPI document of these sources.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { clientTypesOf } from '../src/http/client-types.ts';
import { openApiOf } from '../src/http/openapi.ts';
import { everyRoute } from '../src/http/server.ts';

const file = fileURLToPath(new URL('../src/client/api.ts', import.meta.url));
writeFileSync(file, clientTypesOf(openApiOf(everyRoute)));
