// Whether both say the same of a file.
import { isMap, parseDocument } from "yaml";
import { oursAlone, theirsAlone } from "./facts.mjs";

// The lines of the value of `on`.
function linesOfOn(text) {
    const { contents } = parseDocument(text, { uniqueKeys: false });
    const pair = isMap(contents) && contents.items.find(({ key }) => key?.value === "on");
    if (!pair?.value?.range) return [0, -1];
    const lineAt = (offset) => text.slice(0, offset).split("\n").length;
    return [lineAt(pair.key.range[0]), lineAt(pair.value.range[1])];
}

// Whether nothing but anchors and tags stands between two places of a text.
const isProperties = (text) => /^([&!]\S*\s+)+$/.test(text);

// Whether one of ours stands in what one of theirs is about: they name the token, we the place in
// it. Of a token behind an anchor or tag they name the token, we the anchor, as the server does; of
// what stands in a block of text they name the header, or where the expression begins.
function meets(mine, their, text, offsetOf) {
    if (their.line === 0 || mine.line === 0) return true;
    const last = Math.max(their.line, their.lastLine);
    const from = offsetOf(their), at = offsetOf(mine);
    if (at < from) return mine.line === their.line && their.lastColumn === their.column &&
        last === their.line || isProperties(text.slice(at, from));
    if (text.startsWith("${{", from) && at < text.indexOf("}}", from)) return true;
    const header = /^[|>][-+\d]*[ \t]*(#.*)?\n/.exec(text.slice(from));
    if (header !== null) {
        const indent = /^ */.exec(text.split("\n")[their.line - 1])[0].length;
        const block = text.slice(from + header[0].length, at).split("\n");
        return block.every((line) => line.trim() === "" || line.search(/\S/) > indent);
    }
    if (mine.line > last) return false;
    return mine.line !== their.line || last !== their.line ||
        mine.column <= Math.max(their.column, their.lastColumn);
}

// What ends the reading of a file at once: what stands behind it is not told.
const stops = /^(a tab; YAML|a key must be text|unknown tag|there is no anchor|'.*' (is not what its tag|stands inside))/;

// {verdict, facts: the names of what was taken as known, agrees}
export function judge(text, hasRepository, { stage, errors: theirs }, { crash, errors, notes }) {
    if (crash) return { verdict: "ours crashes", facts: [], agrees: false };
    const starts = [0];
    for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) starts.push(i + 1);
    const offsetOf = ({ line, column }) => (starts[line - 1] ?? text.length) + column - 1;
    const facts = new Set();
    let on;
    const at = {
        text, hasRepository, theirs, notes, isRefused: errors.length > 0,
        inOn(line) {
            on ??= linesOfOn(text);
            return line >= on[0] && line <= on[1];
        },
    };
    // The errors that are met on the other side, or that no fact explains.
    const remaining = (list, known, isMet) => list.filter((error) => {
        if (isMet(error)) return true;
        const fact = known.find(({ takes }) => takes({ ...error, stage }, at));
        if (fact) facts.add(fact.name);
        return !fact;
    });
    const meet = (mine, their) => meets(mine, their, text, offsetOf);
    const left = remaining(theirs, theirsAlone, (their) => errors.some((mine) => meet(mine, their)));
    const mine = remaining(errors, oursAlone, (own) => theirs.some((their) => meet(own, their)));
    const known = [...facts];
    const say = (verdict, agrees) => ({ verdict, facts: known, agrees });
    if (left.length === 0 && mine.length === 0) {
        if (known.length > 0) return say("differ as is known", true);
        return say(theirs.length > 0 ? "both refuse" : "both accept", true);
    }
    const refuse = theirs.length > 0 && errors.length > 0;
    if (refuse && (stage !== "workflow" || errors.some(({ message }) => stops.test(message)))) {
        return say("both refuse, one as YAML", true);
    }
    if (left.length === 0) return say("only ours refuses", false);
    if (mine.length === 0) return say("only theirs refuses", false);
    const agrees = mine.some((own) => meet(own, left[0])) && left.some((their) => meet(mine[0], their));
    return say(agrees ? "both refuse" : "both refuse, at other places", agrees);
}
