// node sign_with_node.mjs MIS_FOLDER CREDENTIAL DOCUMENT CONTAINER

import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [folder, credential, document, container] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(`${folder}/cms/${name}.js`));
const { loadCredential } = await load('credential');
const { signDetached } = await load('sign');
const der = signDetached(readFileSync(document), loadCredential(credential), new Date());
writeFileSync(container, der);
