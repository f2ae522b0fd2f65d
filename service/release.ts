/** Where this release lives on the disk. The same code runs compiled (dist/service/) and from source (tests). */
import { fileURLToPath } from 'node:url';

const compiled = import.meta.url.endsWith('.js');
const packageRoot = new URL(compiled ? '../../' : '../', import.meta.url);

/** Folder of the built dashboard, whether it exists or not. */
export const builtDashboard = fileURLToPath(new URL('dist/dashboard', packageRoot));

/** The built command line, for programs that start it again. */
export const builtCommand = fileURLToPath(new URL('dist/cli/main.js', packageRoot));

/** The scenarios that come with a release; they are data, so they stay beside the sources. */
export const scenarioCatalog = fileURLToPath(new URL('scenarios/catalog', packageRoot));

/** Clients of the lab that are no part of this program: scripts for browsers and for Python. */
export const scenarioClients = fileURLToPath(new URL('scenarios/clients', packageRoot));

/** The populations that come with a release. */
export const populationPresets = fileURLToPath(new URL('simulate/presets', packageRoot));
