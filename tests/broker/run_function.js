// SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
// Runs a function node of a Node-RED flow on messages, as Node-RED would: one JSON object
// {topic, payload} a line in; a line {out, warned} for each out. out is a list by output.
// Usage: node run_function.js flow.json NODE-ID
'use strict';
const fs = require('fs');

const node = JSON.parse(fs.readFileSync(process.argv[2], 'utf8')).find(one => one.id === process.argv[3]);
const store = new Map();
const flow = { get: key => store.get(key), set: (key, value) => store.set(key, value) };
const RED = { util: { cloneMessage: message => structuredClone(message) } };
const libs = node.libs.map(lib => require(lib.module));
const run = new Function('msg', 'node', 'flow', 'RED', ...node.libs.map(lib => lib.var), node.func);

for (const line of fs.readFileSync(0, 'utf8').split('\n')) {
	if (line === '') {
		continue;
	}
	const warned = [];
	const out = run(JSON.parse(line), { warn: text => warned.push(text) }, flow, RED, ...libs);
	console.log(JSON.stringify({ out: Array.isArray(out) ? out : [out], warned }));
}
