// @getodk/xforms-engine in Node on jsdom, as its own tests run it: one cold measurement a process.
//
//   node form_peer.mjs PACKAGES fill FORM.xml ANSWERS.tsv
//   node form_peer.mjs PACKAGES choose FORM.xml ANSWERS.tsv SELECT
//
// PACKAGES is the folder that npm installed into. Prints what bench_form prints. Looking a node up by its reference
// is not timed: the engine's clients hold on to the nodes.
import fs from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import {pathToFileURL} from 'node:url';

const [packages, what, formPath, answersPath, selectRef] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(packages), 'package.json'));
const {window} = new (require('jsdom').JSDOM)('<html/>', {contentType: 'text/html'});

// What a browser has and the engine takes for granted.
Object.assign(globalThis, {window, document: window.document, require, __dirname: packages, __filename: formPath});
for (const name of ['DOMParser', 'XMLSerializer', 'Node', 'Element', 'Document', 'XMLDocument', 'Attr', 'Text', 'Comment',
  'CDATASection', 'CharacterData', 'DocumentFragment', 'ProcessingInstruction', 'XPathResult', 'NodeFilter', 'HTMLElement',
  'File', 'Blob']) globalThis[name] = window[name];
const entry = path.join(packages, 'node_modules/@getodk/xforms-engine/dist/index.js');
const {loadForm} = await import(pathToFileURL(path.resolve(entry)));

async function fetchFormAttachment(url) {
  const bytes = fs.readFileSync(path.join(path.dirname(formPath), path.basename(new URL(String(url)).pathname)));
  return new Response(bytes.toString('utf8'), {status: 200, headers: {'content-type': 'text/xml'}});
}

const nodes = new Map();
function index(node) {
  nodes.set(node.currentState.reference, node);
  for (const child of node.currentState.children ?? []) index(child);
}

// The forms' answers number every step: /data/name[1].
function find(root, ref) {
  const wanted = ref.replace(/\[1\]/g, '');
  const known = () => nodes.get(ref) ?? nodes.get(wanted) ??
    [...nodes].find(([reference]) => reference.replace(/\[1\]/g, '') === wanted)?.[1];
  if (!known()) index(root);
  return known();
}

function set(node, value) {
  if (node.nodeType === 'select') node.selectValues(value ? value.split(' ') : []);
  else if (node.nodeType === 'trigger') node.setValue(value === 'OK');
  else if (node.nodeType === 'rank') node.setValues(value.split(' '));
  else if (node.valueType === 'int') node.setValue(value ? BigInt(value) : null);
  else if (node.valueType === 'decimal') node.setValue(value ? Number(value) : null);
  else node.setValue(value);
}

// Milliseconds; negative when it was refused.
function answer(root, ref, value) {
  const node = find(root, ref);
  const begin = performance.now();
  try {
    set(node, value);
  } catch {
    return begin - performance.now();
  }
  return performance.now() - begin;
}

function fill(root, answers) {
  let answers_ms = 0, refused = 0;
  for (const [ref, value] of answers) {
    const took = answer(root, ref, value);
    refused += took < 0;
    answers_ms += Math.abs(took);
  }
  return {answers_ms, answers: answers.length, refused, resident_kib: process.memoryUsage.rss() / 1024};
}

function choose(root, answers, select) {
  const times = [];
  let choices = 0;
  for (const [ref, value] of answers) {
    const node = find(root, select);
    const took = Math.abs(answer(root, ref, value));
    const begin = performance.now();
    const options = node.currentState.valueOptions.map((option) => option.label.asString);
    if (options.length > 0) times.push(took + performance.now() - begin);
    choices += options.length;
  }
  times.sort((a, b) => a - b);
  return {choices_ms: times[times.length >> 1], worst_ms: times.at(-1), taken: times.length, choices};
}

const xml = fs.readFileSync(formPath, 'utf8');
const answers = fs.readFileSync(answersPath, 'utf8').trim().split('\n').map((line) => line.split('\t'));
const begin = performance.now();
const form = await loadForm(xml, {fetchFormAttachment});
if (form.status === 'failure') {
  console.log(JSON.stringify({failure: form.error.message.split('\n')[0]}));
  process.exit(0);
}
const {root} = form.createInstance();
const load_ms = performance.now() - begin;
index(root);
const measured = what === 'fill' ? fill(root, answers) : choose(root, answers, selectRef);
console.log(JSON.stringify({load_ms, ...measured}));
process.exit(0);
