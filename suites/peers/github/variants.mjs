// Broken (and some unbroken) variants of a workflow file: one change each, made to the text at the
// place of a node that the YAML library names. Which changes are made is drawn by a hash of the
// file, so that the same folder gives the same variants.
import { createHash } from "node:crypto";
import { isMap, isScalar, isSeq, parseDocument } from "yaml";

// What stands for a scalar, a mapping or a list; written in flow style, so that it fits anywhere.
const inPlaceOf = {
    scalar: ["", "''", "3", "true", "[a]", "{a: b}", "a b", "$" + "{{ github.ref }}",
        "'$" + "{{ nothing.x }}'", "$" + "{{ env.X }}", "$" + "{{ secrets.X }}",
        "$" + "{{ matrix.x }}", "$" + "{{ runner.os }}", "$" + "{{ needs.x.result }}",
        "$" + "{{ steps.x.outputs.y }}", "$" + "{{ inputs.x }}", "$" + "{{ always() }}",
        "$" + "{{ hashFiles('x') }}", "$" + "{{ format('{0}') }}", "$" + "{{ fromJSON(github.ref) }}",
        "$" + "{{ github. }}", "$" + "{{ (github.ref }}", "'$" + "{{ github.ref'", "\"unended", "null",
        "~", "0x10", "1.5", ".inf", "1e3", "&a x", "*a", "!!str 3", "!!int x", "!x y", "|", "@x"],
    map: ["", "a", "[a]", "{}", "3", "$" + "{{ github.ref }}", "$" + "{{ nothing.x }}"],
    seq: ["", "a", "[]", "{a: b}", "3", "[[a]]", "[{a: b}]", "$" + "{{ fromJSON('[]') }}"],
    key: ["zzz", "''", "$" + "{{ insert }}", "$" + "{{ github.ref }}", "3", "true", "<<", "? x", "[a]"],
};
const byKey = {
    id: ["1x", "__x", "a b", "x.y", "$" + "{{ 'x' }}"],
    needs: ["unknown", "[unknown]", "[]", "''"],
    cron: ["'* * * *'", "'61 * * * *'", "'* * * * MON'", "'*/5 * * * 8'", "'@daily'", "'0 0 1-5/2 * *'"],
    uses: ["actions/checkout", "./x@v1", "docker://", "$" + "{{ github.ref }}", "a/b/.github/workflows/c.yml@x"],
    branches: ["['[a']", "['!x']", "['a**']", "['']", "[\"\\\\\"]"],
    shell: ["perl", "'x {0}'"],
    if: ["github.ref ==", "always() &&", "'x' y", "$" + "{{ github.ref }} == 'x'", "true", "1", "''"],
    type: ["string", "choice", "int", "boolean"],
    permissions: ["read", "read-all", "{contents: admin}", "{}", "{models: write}", "{id-token: read}"],
    "runs-on": ["[]", "{group: a/b}", "{labels: [a]}", "{}", "$" + "{{ matrix.os }}"],
    "timeout-minutes": ["-1", "0", "1.5", "x", "$" + "{{ github.ref }}"],
};

// Numbers drawn by a key, one after the other.
function draws(key) {
    let count = 0;
    return (below) =>
        createHash("sha1").update(`${key} ${count++}`).digest().readUInt32BE(0) % below;
}

// All nodes with their kind, their place and the key that they are the value of.
function* nodesOf(node, key) {
    if (isMap(node)) {
        yield { kind: "map", range: node.range, key };
        for (const { key: name, value } of node.items) {
            if (!isScalar(name) || !name.range) continue;
            yield { kind: "key", range: name.range, key: name.value };
            if (value?.range) yield* nodesOf(value, name.value);
        }
    } else if (isSeq(node)) {
        yield { kind: "seq", range: node.range, key };
        for (const item of node.items) if (item?.range) yield* nodesOf(item, key);
    } else if (isScalar(node) && node.range) {
        yield { kind: "scalar", range: node.range, key };
    }
}

function replaceNode(text, nodes, draw) {
    const { kind, range: [from, to], key } = nodes[draw(nodes.length)];
    const special = byKey[key];
    const choices = special && kind !== "key" && draw(2) ? special : inPlaceOf[kind];
    const choice = choices[draw(choices.length)];
    // A block ends with its line break, which stays.
    const tail = text.slice(from, to).endsWith("\n") ? "\n" : "";
    return { how: `${kind} ${key}: ${choice}`, text: text.slice(0, from) + choice + tail + text.slice(to) };
}

function changeLine(text, nodes, draw) {
    const lines = text.split("\n");
    const at = draw(lines.length);
    const ways = {
        "line deleted": () => lines.splice(at, 1),
        "line twice": () => lines.splice(at, 0, lines[at]),
        "line twice, other case": () =>
            lines.splice(at, 0, lines[at].replace(/[\w-]+:/, (key) => key.toUpperCase())),
        "line deeper": () => { lines[at] = ` ${lines[at]}`; },
        "line less deep": () => { lines[at] = lines[at].replace(/^ /, ""); },
        "tab": () => { lines[at] = `\t${lines[at]}`; },
        "tab behind": () => { lines[at] += "\t"; },
        "quote": () => { lines[at] = lines[at].replace(": ", ": '"); },
        "colon": () => { lines[at] += ": x"; },
        "no braces": () => { lines[at] = lines[at].replace("}}", ""); },
        "a second document": () => lines.splice(at, 0, "---"),
        "carriage returns": () => lines.slice(0, -1).forEach((line, i) => { lines[i] = `${line}\r`; }),
        "cut off": () => lines.splice(at),
        "list item": () => { lines[at] = lines[at].replace(/\S/, "- $&"); },
        "comment": () => { lines[at] = lines[at].replace(/\S/, "#$&"); },
    };
    const names = Object.keys(ways);
    const how = names[draw(names.length)];
    ways[how]();
    return { how: `${how} (${at + 1})`, text: lines.join("\n") };
}

// `count` variants of a text: {how, text}.
export function variantsOf(text, count) {
    const document = parseDocument(text, { uniqueKeys: false });
    const nodes = [...nodesOf(document.contents)];
    const draw = draws(createHash("sha1").update(text).digest("hex"));
    const variants = [];
    for (let i = 0; i < count; i++) {
        const change = nodes.length > 0 && draw(4) ? replaceNode : changeLine;
        const variant = change(text, nodes, draw);
        if (variant.text !== text) variants.push(variant);
    }
    return variants;
}
