// Starts the МИС: node main.js [--config config.json] [--host ADDRESS] [--port PORT]

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createServer } from './http/server.js';
import { Keys } from './mis/keys.js';
import { Registrar } from './mis/registrar.js';

const HERE = dirname(fileURLToPath(import.meta.url));

const start = () => {
  const { values } = parseArgs({
    options: {
      config: { type: 'string', default: resolve(HERE, 'config.json') },
      host: { type: 'string' },
      port: { type: 'string' },
    },
  });
  const config = JSON.parse(readFileSync(values.config, 'utf8'));
  const folder = resolve(dirname(values.config), config.keys.folder);
  const registrar = new Registrar(config, new Keys({ ...config.keys, folder }));
  const server = createServer(registrar, config);
  server.on('error', ({ message }) => {
    console.error(`МИС не запущена: ${message}`);
    process.exitCode = 2;
  });
  server.listen(Number(values.port ?? config.port), values.host ?? config.host, () => {
    const { address, port } = server.address();
    console.log(`МИС слушает http://${address}:${port}`);
  });
};

try {
  start();
} catch (error) {
  console.error(`МИС не запущена: ${error.message}`);
  process.exitCode = 2;
}
