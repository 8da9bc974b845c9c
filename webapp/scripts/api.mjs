// Types of the REST API, from the description that a running hub gives: node scripts/api.mjs http://127.0.0.1:7080
import { writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const hub = process.argv[2] ?? "http://127.0.0.1:7080";
const nodes = await openapiTS(new URL("/openapi.json", hub), { alphabetize: true });
const head = "// Made from /openapi.json of a hub by `npm run api`; do not edit.\n";
await writeFile(new URL("../src/api/schema.d.ts", import.meta.url), head + astToString(nodes));
