// Asks GitHub's parser and `rehearse show` about workflow files, and about variants of them, and
// counts where both say the same. Usage: compare.mjs REHEARSE VARIANTS OUT <LIST, a path each line;
// writes all disagreements to OUT as JSON and a table to standard output.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
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
        const [, line, column, message] = /^-:(\d+):(\d+): (.*)$/.exec(text) ?? [text, 0, 0, text];
        return { line: Number(line), column: Number(column), message };
    });
    return { errors, notes: [] };
}

// Whether one of ours stands in the token that one of theirs is about, or in a line of it: they
// name the token, we the place in it.
function meets(mine, their) {
    if (their.line === 0 || mine.line === 0) return true;
    const last = Math.max(their.line, their.lastLine);
    const empty = last === their.line && their.lastColumn === their.column;
    if (empty) return mine.line === their.line && mine.column <= their.column;
    if (mine.line < their.line || mine.line > last) return false;
    return mine.line !== their.line || last !== their.line ||
        (mine.column >= their.column && mine.column <= Math.max(their.column, their.lastColumn));
}

function judge({ stage, errors: theirs }, { crash, errors, notes }) {
    if (crash) return "ours crashes";
    if (stage === "thrown" && !/^Expected /.test(theirs[0].message)) {
        return `theirs breaks down, ours ${errors.length > 0 ? "refuses" : "accepts"}`;
    }
    if (theirs.length === 0 && errors.length === 0) return "both accept";
    if (theirs.length === 0) return "only ours refuses";
    if (errors.length === 0) {
        return theirs.every((their) => notes.some((note) => note.line === their.line))
            ? "only theirs refuses, ours has notes there" : "only theirs refuses";
    }
    if (stage !== "workflow") return "both refuse, theirs as YAML";
    const met = theirs.filter((their) => errors.some((mine) => meets(mine, their)));
    const extra = errors.filter((mine) => !theirs.some((their) => meets(mine, their)));
    if (met.length === 0) return "both refuse, at other places";
    if (met.length < theirs.length && errors.length < 10) {
        return extra.length > 0 ? "both refuse, and both say more" : "both refuse, theirs says more";
    }
    return extra.length > 0 ? "both refuse, ours says more" : "both refuse, at the same places";
}

const counts = new Map();
const differences = [];
async function ask(file, content, how) {
    const theirs = await errorsOf(file, content);
    const mine = ours(file, content);
    const verdict = judge(theirs, mine);
    const kind = how === undefined ? "files" : "variants";
    if (!counts.has(verdict)) counts.set(verdict, { files: 0, variants: 0 });
    counts.get(verdict)[kind]++;
    if (!/^both accept|at the same places|theirs as YAML/.test(verdict)) {
        differences.push({ verdict, file, how, content: how && content, theirs: theirs.errors, ...mine });
    }
}

for (const file of files) {
    const content = readFileSync(file, "utf8");
    await ask(file, content);
    for (const { how, text } of variantsOf(content, Number(variants))) await ask(file, text, how);
}
writeFileSync(out, JSON.stringify(differences, null, 1));
console.log("   files  variants");
for (const [verdict, { files: n, variants: m }] of [...counts].sort()) {
    console.log(`${String(n).padStart(8)}  ${String(m).padStart(8)}  ${verdict}`);
}
process.exitCode = counts.has("ours crashes") ? 1 : 0;
