// Asks GitHub's parser and `rehearse show` about workflow files, and about variants of them: does
// each accept it, and where is its first error? What facts.mjs explains is counted, anything else is
// a failure. Usage: compare.mjs REHEARSE VARIANTS [OUT] <LIST, a path each line; OUT gets all
// differences that are not known, as JSON.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { judge } from "./judge.mjs";
import { errorsOf, repositoryOf } from "./parse.mjs";
import { variantsOf } from "./variants.mjs";

const [rehearse, variants, out] = process.argv.slice(2);
const files = readFileSync(0, "utf8").split("\n").filter((path) => path !== "");

// What ours says: its errors, in the form of errorsOf, or its notes.
function ours(file, content) {
    const { status, signal, stdout, stderr } = spawnSync(rehearse, ["show", "-", "--format", "json"],
        { input: content, cwd: repositoryOf(file) ?? dirname(file), encoding: "utf8",
            timeout: 20000, maxBuffer: 1 << 28 });
    if (status !== 0 && status !== 2) return { crash: signal ?? `exit ${status}`, errors: [], notes: [] };
    if (status === 0) return { errors: [], notes: JSON.parse(stdout).notes };
    const errors = stderr.trimEnd().split("\n").map((text) => {
        const [, line, column, message] =
            /^-:(\d+):(\d+): (?:You have an error in your yaml syntax on line \d+: )?(.*)$/.exec(text)
            ?? [text, 0, 0, text];
        return { line: Number(line), column: Number(column), message };
    });
    return { errors, notes: [] };
}

const counts = new Map();
const facts = new Map();
const differences = [];

function count(map, key, kind) {
    if (!map.has(key)) map.set(key, { files: 0, variants: 0 });
    map.get(key)[kind]++;
}

async function ask(file, text, how) {
    const kind = how === undefined ? "files" : "variants";
    const theirs = await errorsOf(file, text);
    const mine = ours(file, text);
    const judged = judge(text, repositoryOf(file) !== undefined, theirs, mine);
    count(counts, judged.agrees ? judged.verdict : `NOT KNOWN: ${judged.verdict}`, kind);
    for (const fact of judged.facts) count(facts, fact, kind);
    if (!judged.agrees) {
        differences.push({ file, how, text: how && text, ...judged, theirs: theirs.errors, ...mine });
    }
}

function table(map) {
    console.log("   files  variants");
    for (const [what, { files: n, variants: m }] of [...map].sort()) {
        console.log(`${String(n).padStart(8)}  ${String(m).padStart(8)}  ${what}`);
    }
}

for (const file of files) {
    const text = readFileSync(file, "utf8");
    await ask(file, text);
    for (const variant of variantsOf(text, Number(variants))) await ask(file, variant.text, variant.how);
}
table(counts);
console.log("\nWhat is known to differ:");
table(facts);
for (const { verdict, file, how, theirs, errors, crash } of differences.slice(0, 20)) {
    console.log(`\n${file}${how ? `, ${how}` : ""}: ${crash ?? verdict}`);
    for (const [who, [error]] of [["theirs", theirs], ["ours", errors]]) {
        if (error) console.log(`  ${who}: ${error.line}:${error.column}: ${error.message}`);
    }
}
if (out) writeFileSync(out, JSON.stringify(differences, null, 1));
process.exitCode = differences.length > 0 ? 1 : 0;
